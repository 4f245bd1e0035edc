package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;

/// Clustered random rows and the exact search that judges every index.
final class TestRows {
    private TestRows() {}

    static float[] row(SplittableRandom random, float[] centers, int dimension) {
        int clusters = centers.length / dimension;
        int c = random.nextInt(clusters);
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = centers[c * dimension + i] + 0.6f * (float) random.nextGaussian();
        }
        return row;
    }

    static float[] centers(SplittableRandom random, int clusters, int dimension) {
        float[] centers = new float[clusters * dimension];
        for (int i = 0; i < centers.length; i++) {
            centers[i] = (float) random.nextGaussian();
        }
        return centers;
    }

    static float[][] rows(long seed, int count, int dimension) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] centers = centers(new SplittableRandom(77), Math.max(1, Math.min(40, count / 20)), dimension);
        float[][] rows = new float[count][];
        for (int r = 0; r < count; r++) {
            rows[r] = row(random, centers, dimension);
        }
        return rows;
    }

    static DenseVectors vectors(Metric metric, float[][] rows, int dimension) {
        long stride = (4L * dimension + 63) & -64;
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(64, stride * rows.length), 64);
        MemorySegment norms = metric == Metric.COSINE ? Arena.ofAuto().allocate(4L * rows.length + 4, 64) : MemorySegment.NULL;
        for (int r = 0; r < rows.length; r++) {
            MemorySegment.copy(rows[r], 0, memory, ValueLayout.JAVA_FLOAT, r * stride, dimension);
            if (metric == Metric.COSINE) {
                double sum = 0;
                for (float x : rows[r]) {
                    sum += (double) x * x;
                }
                norms.set(ValueLayout.JAVA_FLOAT, 4L * r, (float) (1 / Math.sqrt(sum)));
            }
        }
        return new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, rows.length, stride, memory, norms);
    }

    static TopK exact(DenseVectors vectors, float[] query, int k, AcceptOrdinals accept) {
        float[] distances = new float[Math.max(1, vectors.count())];
        Scorer scorer = vectors.scorer(query);
        scorer.scoreRange(0, vectors.count(), distances);
        TopK best = new TopK(k);
        for (int o = 0; o < vectors.count(); o++) {
            if (accept == null || accept.accepts(o)) {
                best.offer(distances[o], o);
            }
        }
        return best;
    }

    /// Share of the exact answers among the found ones.
    static double recall(TopK exact, TopK found) {
        Set<Integer> wanted = ordinals(exact);
        int hits = 0;
        for (int ordinal : ordinals(found)) {
            hits += wanted.contains(ordinal) ? 1 : 0;
        }
        return wanted.isEmpty() ? 1 : (double) hits / wanted.size();
    }

    /// The same distances up to the last bits, which depend on whether a kernel was compiled yet.
    static void assertSameDistances(TopK exact, TopK found, String message) {
        ordinals(found);
        float[] expected = distances(exact);
        float[] actual = distances(found);
        float size = 1e-6f;
        for (float d : expected) {
            size = Math.max(size, Math.abs(d));
        }
        Assertions.assertArrayEquals(expected, actual, 1e-5f * size, message);
    }

    private static float[] distances(TopK top) {
        long[] keys = top.toSortedKeys();
        float[] distances = new float[keys.length];
        for (int i = 0; i < keys.length; i++) {
            distances[i] = TopK.distance(keys[i]);
        }
        return distances;
    }

    static Set<Integer> ordinals(TopK top) {
        Set<Integer> ordinals = new HashSet<>();
        for (long key : top.toSortedKeys()) {
            if (!ordinals.add(TopK.ordinal(key))) {
                throw new AssertionError("ordinal " + TopK.ordinal(key) + " is answered twice");
            }
        }
        return ordinals;
    }
}
