package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Seeded vectors for the tests, and the exact search that judges the graph.
final class TestVectors {
    private TestVectors() {}

    /// Rows around a few centres, as embeddings are.
    static float[][] clustered(int count, int dimension, long seed) {
        Random random = new Random(seed);
        float[][] centres = gaussian(Math.max(1, count / 100), dimension, 1f, random);
        float[][] rows = gaussian(count, dimension, 0.6f, random);
        for (float[] row : rows) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimension; i++) {
                row[i] += centre[i];
            }
        }
        return rows;
    }

    static float[][] gaussian(int count, int dimension, float scale, Random random) {
        float[][] rows = new float[count][dimension];
        for (float[] row : rows) {
            for (int i = 0; i < dimension; i++) {
                row[i] = scale * (float) random.nextGaussian();
            }
        }
        return rows;
    }

    static DenseVectors dense(Metric metric, VectorEncoding encoding, float[][] rows) {
        int dimension = rows.length == 0 ? 3 : rows[0].length;
        long stride = ((long) dimension * encoding.bytes() + 63) & -64;
        MemorySegment bytes = Arena.ofAuto().allocate(Math.max(64, stride * rows.length), 64);
        MemorySegment norms = Arena.ofAuto().allocate(Math.max(4, 4L * rows.length), 64);
        float[] row = new float[dimension];
        for (int r = 0; r < rows.length; r++) {
            double sum = 0;
            for (int i = 0; i < dimension; i++) {
                float x = encoding == VectorEncoding.INT8 ? Math.clamp(Math.round(rows[r][i] * 30), -128, 127) : rows[r][i];
                row[i] = VectorBytes.nearest(encoding, x);
                sum += (double) row[i] * row[i];
            }
            VectorBytes.write(encoding, row, bytes, r * stride);
            norms.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * r, (float) (1 / Math.sqrt(sum)));
        }
        return new DenseVectors(metric, encoding, dimension, rows.length, stride, bytes,
                metric == Metric.COSINE ? norms : MemorySegment.NULL);
    }

    static long[] exact(VectorSource vectors, float[] query, int k, AcceptOrdinals accept) {
        float[] distances = new float[vectors.size()];
        vectors.scorer(query).scoreRange(0, vectors.size(), distances);
        TopK top = new TopK(k);
        for (int i = 0; i < distances.length; i++) {
            if (accept.accepts(i)) {
                top.offer(distances[i], i);
            }
        }
        return top.toSortedKeys();
    }

    static long[] search(HnswIndex index, VectorSource vectors, float[] query, int k, int ef, AcceptOrdinals accept) {
        TopK top = new TopK(k);
        index.search(vectors.scorer(query), k, ef, accept, top);
        return top.toSortedKeys();
    }

    /// Share of the exact results reached, by distance, so that ties count.
    static double recall(long[] exact, long[] found) {
        if (exact.length == 0) {
            return 1;
        }
        float limit = TopK.distance(exact[exact.length - 1]);
        limit += 1e-4f * Math.max(1e-3f, Math.abs(limit));
        int hits = 0;
        for (long key : found) {
            hits += TopK.distance(key) <= limit ? 1 : 0;
        }
        return (double) hits / exact.length;
    }
}
