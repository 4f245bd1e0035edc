package dev.kith.core.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.core.AcceptOrdinals;
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

/// Random batch searches and the plain scan that judges them.
record BatchWorkload(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    record Size(int rows, int dimension, int queryCount, int k) {}

    /// Rows with gaps between them at an odd address; values around `scale`, on a coarse grid (many ties) for odd seeds.
    static BatchWorkload random(Arena arena, Metric metric, VectorEncoding encoding, Size size, float scale, long seed) {
        Random random = new Random(seed);
        boolean grid = (seed & 1) == 1;
        long stride = (long) size.dimension * encoding.bytes() + random.nextInt(3) * (encoding == VectorEncoding.INT8 ? 1 : 4);
        MemorySegment memory = arena.allocate(stride * size.rows + 64).asSlice(random.nextInt(2));
        MemorySegment norms = metric == Metric.COSINE ? arena.allocate(4L * size.rows + 4) : MemorySegment.NULL;
        for (int r = 0; r < size.rows; r++) {
            double squared = 0;
            for (int c = 0; c < size.dimension; c++) {
                float x = value(random, grid, encoding, scale);
                if (c == 0 && x == 0) {
                    x = encoding == VectorEncoding.INT8 ? 1 : scale; // no zero rows
                }
                squared += (double) x * x;
                if (encoding == VectorEncoding.INT8) {
                    memory.set(ValueLayout.JAVA_BYTE, r * stride + c, (byte) x);
                } else {
                    memory.set(FLOAT, r * stride + 4L * c, x);
                }
            }
            if (metric == Metric.COSINE) {
                norms.set(FLOAT, 4L * r, (float) (1 / Math.sqrt(squared)));
            }
        }
        float[] queries = new float[size.queryCount * size.dimension];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = value(random, grid, encoding, scale);
            if (i % size.dimension == 0 && queries[i] == 0) {
                queries[i] = scale;
            }
        }
        var vectors = new DenseVectors(metric, encoding, size.dimension, size.rows, stride, memory, norms);
        return new BatchWorkload(vectors, queries, size.queryCount, size.k, accept(random, size.rows));
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

    private static float value(Random random, boolean grid, VectorEncoding encoding, float scale) {
        if (encoding == VectorEncoding.INT8) {
            return random.nextInt(256) - 128;
        }
        return scale * (grid ? random.nextInt(5) - 2 : (float) random.nextGaussian());
    }

    long[][] answeredBy(dev.kith.core.BatchScorer scorer) {
        return scorer.nearest(vectors, queries, queryCount, k, accept);
    }

    /// One query after the other, one row after the other.
    long[][] plainScan() {
        long[][] answers = new long[queryCount][];
        float[] query = new float[vectors.dimension()];
        float[] distance = new float[1];
        for (int q = 0; q < queryCount; q++) {
            System.arraycopy(queries, q * query.length, query, 0, query.length);
            Scorer scorer = vectors.scorer(query);
            TopK top = new TopK(Math.max(1, Math.min(k, vectors.count())));
            for (int row = 0; row < vectors.count(); row++) {
                if (accept.accepts(row)) {
                    scorer.score(new int[]{row}, 1, distance);
                    top.offer(distance[0], row);
                }
            }
            answers[q] = top.toSortedKeys();
        }
        return answers;
    }

    /// Fails unless `answers` are the plain scan's, bit for bit, ties too.
    void assertAnswers(long[][] answers, String what) {
        long[][] expected = plainScan();
        assertEquals(expected.length, answers.length, what);
        for (int q = 0; q < expected.length; q++) {
            assertArrayEquals(expected[q], answers[q], what + ", query " + q);
        }
    }
}
