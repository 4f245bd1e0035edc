package dev.kith.core;

import java.util.Objects;

/// Scores with the SIMD kernels.
final class SimdScorer implements Scorer {
    private final DenseVectors vectors;
    private final float[] query;
    private final float queryInverseNorm;

    SimdScorer(DenseVectors vectors, float[] query) {
        this.vectors = vectors;
        this.query = query;
        this.queryInverseNorm = vectors.metric() == Metric.COSINE ? ScalarKernels.inverseNorm(query) : 1f;
    }

    @Override
    public int size() {
        return vectors.count();
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        for (int i = 0; i < count; i++) {
            distances[i] = one(ordinals[i]);
        }
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        Objects.checkFromIndexSize(firstOrdinal, count, vectors.count());
        for (int i = 0; i < count; i++) {
            distances[i] = one(firstOrdinal + i);
        }
    }

    private float one(int ordinal) {
        long at = vectors.rowOffset(ordinal);
        boolean floats = vectors.encoding() == VectorEncoding.FLOAT32;
        return switch (vectors.metric()) {
            case SQUARED_L2 -> floats
                    ? SimdKernels.squaredL2(query, vectors.rows(), at)
                    : SimdKernels.squaredL2Bytes(query, vectors.rows(), at);
            case INNER_PRODUCT -> -(floats
                    ? SimdKernels.dot(query, vectors.rows(), at)
                    : SimdKernels.dotBytes(query, vectors.rows(), at));
            case COSINE -> 1f - (floats
                    ? SimdKernels.dot(query, vectors.rows(), at)
                    : SimdKernels.dotBytes(query, vectors.rows(), at)) * queryInverseNorm * vectors.inverseNorm(ordinal);
        };
    }
}
