package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/// Random batch searches; scoring every row with the CPU's scorer is what judges them.
record GpuWorkload(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final float[] SCALES = {1f, 1f, 1f, 1e-4f, 1e-20f, 1e4f, 1e16f, 1e18f};

    record Size(int rows, int dimension, int queryCount, int k) {
        static Size random(Random random) {
            return new Size(random.nextInt(10) == 0 ? 1 : random.nextInt(300),
                    1 + random.nextInt(random.nextInt(8) == 0 ? 700 : 60), random.nextInt(10) == 0 ? 1 : random.nextInt(60),
                    1 + random.nextInt(random.nextInt(5) == 0 ? 400 : 12));
        }
    }

    /// Everything of it by the seed, but the size and the metric.
    static GpuWorkload random(Arena arena, Metric metric, Size size, long seed) {
        Random random = new Random(seed);
        VectorEncoding encoding = random.nextInt(4) == 0 ? VectorEncoding.INT8 : VectorEncoding.FLOAT32;
        float scale = SCALES[random.nextInt(SCALES.length)];
        boolean grid = random.nextBoolean();
        int d = size.dimension;
        long stride = (long) d * encoding.bytes() + random.nextInt(9);
        MemorySegment memory = arena.allocate(stride * size.rows + 64);
        MemorySegment norms = metric == Metric.COSINE ? arena.allocate(4L * size.rows + 4) : MemorySegment.NULL;
        float[] row = new float[d];
        for (int r = 0; r < size.rows; r++) {
            fill(random, row, 0, d, new Kind(grid, encoding, scale));
            double squared = 0;
            for (int c = 0; c < d; c++) {
                squared += (double) row[c] * row[c];
                if (encoding == VectorEncoding.INT8) {
                    memory.set(ValueLayout.JAVA_BYTE, r * stride + c, (byte) row[c]);
                } else {
                    memory.set(FLOAT, r * stride + 4L * c, row[c]);
                }
            }
            if (metric == Metric.COSINE) {
                norms.set(FLOAT, 4L * r, (float) (1 / Math.sqrt(squared)));
            }
        }
        float[] queries = new float[size.queryCount * d];
        for (int q = 0; q < size.queryCount; q++) {
            fill(random, queries, q * d, d, new Kind(grid, encoding, scale));
        }
        var vectors = new DenseVectors(metric, encoding, d, size.rows, stride, memory, norms);
        return new GpuWorkload(vectors, queries, size.queryCount, size.k, accept(random, size.rows));
    }

    private record Kind(boolean grid, VectorEncoding encoding, float scale) {}

    private static void fill(Random random, float[] target, int at, int dimension, Kind kind) {
        for (int c = at; c < at + dimension; c++) {
            target[c] = kind.encoding == VectorEncoding.INT8
                    ? random.nextInt(256) - 128
                    : kind.scale * (kind.grid ? random.nextInt(5) - 2 : (float) random.nextGaussian());
        }
        if (target[at] == 0) {
            target[at] = kind.encoding == VectorEncoding.INT8 ? 1 : kind.scale; // no vector of zeros
        }
    }

    private static AcceptOrdinals accept(Random random, int rows) {
        int kind = random.nextInt(3);
        if (kind == 0) {
            return AcceptOrdinals.all(rows);
        }
        long[] words = new long[(rows + 63) / 64];
        for (int i = 0; i < rows; i++) {
            if (random.nextInt(kind == 1 ? 2 : 20) == 0) {
                words[i >> 6] |= 1L << i;
            }
        }
        return AcceptOrdinals.of(words, rows);
    }

    long[][] answeredBy(BatchScorer scorer) {
        return scorer.nearest(vectors, queries, queryCount, k, accept);
    }

    /// Fails unless the answers are those of scoring every row, bit for bit, ties too.
    void assertAnswers(long[][] answers, String what) {
        assertEquals(queryCount, answers.length, what);
        float[] query = new float[vectors.dimension()];
        for (int q = 0; q < queryCount; q++) {
            System.arraycopy(queries, q * query.length, query, 0, query.length);
            assertArrayEquals(scan(query), answers[q], what + ", query " + q);
        }
    }

    private long[] scan(float[] query) {
        Scorer scorer = vectors.scorer(query);
        TopK top = new TopK(Math.max(1, Math.min(k, vectors.count())));
        float[] distance = new float[1];
        for (int row = 0; row < vectors.count(); row++) {
            if (accept.accepts(row)) {
                scorer.score(new int[]{row}, 1, distance);
                top.offer(distance[0], row);
            }
        }
        return top.toSortedKeys();
    }
}
