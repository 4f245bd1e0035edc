package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.NodeCodes;
import dev.kith.core.SignCodes;
import java.lang.foreign.MemorySegment;

/// Writes the centre, the entry points, the nodes' own codes and their signs of a finished graph.
final class NodeCoder {
    private static final int SAMPLE = 10_000;
    private static final int BLOCK = 256;

    private NodeCoder() {}

    /// @param order all ordinals, those near each other near each other
    static void code(Graph graph, DenseVectors vectors, int[] order, BuildControl control) {
        GraphHeader header = graph.header;
        float[] centre = mean(vectors);
        MemorySegment.copy(centre, 0, graph.bytes, GraphHeader.FLOAT, header.centreOffset(), centre.length);
        EntryPoints.code(graph, vectors, centre, order);
        NodeCodes codes = header.nodeCodes();
        long first = header.nodeCodesOffset();
        long stride = header.nodeCodesStride();
        int size = graph.size();
        Workers.run((size + BLOCK - 1) / BLOCK, control, () -> {
            NodeCodes.Encoder encoder = codes.encoder(vectors, centre);
            SignCodes.Encoder signs = header.coded() ? header.signs().encoder(vectors, centre) : null;
            return block -> {
                for (int ordinal = block * BLOCK; ordinal < Math.min(size, (block + 1) * BLOCK); ordinal++) {
                    encoder.encode(ordinal, graph.bytes, first + stride * ordinal);
                    if (signs != null) {
                        signs.encode(ordinal, graph.bytes, header.signsOffset() + (long) header.signs().bytes() * ordinal);
                    }
                }
            };
        });
    }

    /// The mean of an even sample of the vectors, scaled to length one under COSINE.
    static float[] mean(DenseVectors vectors) {
        double[] sums = new double[vectors.dimension()];
        float[] row = new float[vectors.dimension()];
        int step = Math.max(1, vectors.count() / SAMPLE);
        int counted = 0;
        for (int ordinal = 0; ordinal < vectors.count(); ordinal += step) {
            vectors.copyRow(ordinal, row);
            float scale = vectors.metric() == Metric.COSINE ? vectors.inverseNorm(ordinal) : 1f;
            for (int i = 0; i < row.length; i++) {
                sums[i] += (double) row[i] * scale;
            }
            counted++;
        }
        float[] mean = new float[row.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = counted == 0 ? 0 : (float) (sums[i] / counted);
        }
        return mean;
    }
}
