package dev.kith.hnsw;

import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.util.Arrays;

/// Finds more neighbours for a node among the neighbours of its nearest neighbours.
final class GraphFiller {
    private final Graph graph;
    private final PairScorer scorer;
    private final int from;
    private final VisitedSet seen;
    private final int[] row;
    private final int[] batch;
    private final float[] distances;
    private final long[] keys;

    GraphFiller(Graph graph, VectorSource vectors, int from) {
        this.graph = graph;
        this.scorer = vectors.pairScorer();
        this.from = from;
        this.seen = new VisitedSet(graph.size());
        this.row = new int[graph.degree()];
        this.batch = new int[from * graph.degree()];
        this.distances = new float[batch.length];
        this.keys = new long[batch.length];
    }

    /// Adds to the `count` neighbours of `ordinal` until `neighbours` is full or none is left; returns how many there are.
    int fill(int ordinal, int[] neighbours, int count) {
        if (count == neighbours.length) {
            return count;
        }
        seen.clear();
        seen.add(ordinal);
        for (int i = 0; i < count; i++) {
            seen.add(neighbours[i]);
        }
        int n = 0;
        for (int i = 0; i < Math.min(from, count); i++) {
            graph.links(neighbours[i], row);
            for (int j = 0; j < row.length && row[j] != Graph.NONE; j++) {
                if (seen.add(row[j])) {
                    batch[n++] = row[j];
                }
            }
        }
        if (n == 0) {
            return count;
        }
        scorer.query(ordinal);
        scorer.score(batch, n, distances);
        for (int i = 0; i < n; i++) {
            keys[i] = TopK.key(distances[i], batch[i]);
        }
        Arrays.sort(keys, 0, n);
        int filled = count;
        for (int i = 0; i < n && filled < neighbours.length; i++) {
            neighbours[filled++] = TopK.ordinal(keys[i]);
        }
        return filled;
    }
}
