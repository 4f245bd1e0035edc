package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.TopK;
import java.util.Arrays;

/// Writes the coded rows of a finished graph. A row has room for `2 * m` neighbours and costs the same however many it holds;
/// places that the links leave free are filled with the nearest neighbours of neighbours.
final class RowCoder {
    private static final int SAMPLE = 10_000;
    /// Neighbours whose own neighbours are looked at to fill a row.
    private static final int FILL_FROM = 6;

    private final Graph graph;
    private final DenseVectors vectors;
    private final BuildControl control;
    private final GraphFiller filler;

    RowCoder(Graph graph, DenseVectors vectors, BuildControl control) {
        this.graph = graph;
        this.vectors = vectors;
        this.control = control;
        this.filler = new GraphFiller(graph, vectors, FILL_FROM);
    }

    void code() {
        NeighbourCodes codes = graph.header.codes();
        NeighbourCodes.Encoder encoder = codes.encoder(vectors);
        int[] row = new int[graph.degree()];
        for (int ordinal = 0; ordinal < graph.size(); ordinal++) {
            graph.links(ordinal, row);
            int count = filler.fill(ordinal, row, Graph.count(row, graph.degree()));
            encoder.encode(ordinal, row, count, graph.bytes, graph.header.codesOffset() + codes.rowBytes() * ordinal);
            if ((ordinal & 63) == 0) {
                control.checkCancelled();
            }
        }
    }

    /// The vector nearest to the mean of an even sample of all, by the direction under COSINE.
    static int nearestToMean(DenseVectors vectors) {
        int step = Math.max(1, vectors.count() / SAMPLE);
        float[] mean = new float[vectors.dimension()];
        float[] row = new float[vectors.dimension()];
        for (int ordinal = 0; ordinal < vectors.count(); ordinal += step) {
            vectors.copyRow(ordinal, row);
            float scale = vectors.metric() == Metric.COSINE ? vectors.inverseNorm(ordinal) : 1f;
            for (int i = 0; i < row.length; i++) {
                mean[i] += row[i] * scale / vectors.count() * step;
            }
        }
        boolean zero = true;
        for (float x : mean) {
            zero &= x == 0;
        }
        if (zero) {
            Arrays.fill(mean, 1f);
        }
        var scorer = vectors.scorer(mean);
        float[] distance = new float[1];
        TopK nearest = new TopK(1);
        for (int ordinal = 0; ordinal < vectors.count(); ordinal += step) {
            scorer.scoreRange(ordinal, 1, distance);
            nearest.offer(distance[0], ordinal);
        }
        return TopK.ordinal(nearest.toSortedKeys()[0]);
    }
}
