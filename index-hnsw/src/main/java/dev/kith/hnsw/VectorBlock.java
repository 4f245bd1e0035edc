package dev.kith.hnsw;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;

/// Some vectors on the heap, row-major, as their metric sees them: under COSINE divided by their norms. Belongs to one thread.
final class VectorBlock {
    private final DenseVectors vectors;
    private final float[] rows;

    VectorBlock(DenseVectors vectors, int capacity) {
        this.vectors = vectors;
        this.rows = new float[Math.multiplyExact(capacity, vectors.dimension())];
    }

    /// Takes `ordinals[from ..< from + count]`.
    void load(int[] ordinals, int from, int count) {
        for (int i = 0; i < count; i++) {
            copy(vectors, ordinals[from + i], rows, i * vectors.dimension());
        }
    }

    /// Shape (capacity, dimension).
    float[] rows() {
        return rows;
    }

    static void copy(DenseVectors vectors, int ordinal, float[] target, int at) {
        long offset = vectors.rowOffset(ordinal);
        int dimension = vectors.dimension();
        VectorBytes.read(vectors.encoding(), vectors.rows(), offset, target, at, dimension);
        float scale = vectors.metric() == Metric.COSINE ? vectors.inverseNorm(ordinal) : 1f;
        if (scale != 1f) {
            scale(target, at, dimension, scale);
        }
    }

    private static void scale(float[] target, int at, int count, float scale) {
        for (int i = at; i < at + count; i++) {
            target[i] *= scale;
        }
    }

    /// Half the squared norm of row `i`, summed in an order that is the same everywhere.
    static float half(float[] rows, int at, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = at;
        for (; i <= at + count - 4; i += 4) {
            a = Math.fma(rows[i], rows[i], a);
            b = Math.fma(rows[i + 1], rows[i + 1], b);
            c = Math.fma(rows[i + 2], rows[i + 2], c);
            d = Math.fma(rows[i + 3], rows[i + 3], d);
        }
        for (; i < at + count; i++) {
            a = Math.fma(rows[i], rows[i], a);
        }
        return (a + b + (c + d)) / 2;
    }
}
