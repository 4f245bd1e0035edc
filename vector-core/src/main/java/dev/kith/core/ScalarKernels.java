package dev.kith.core;

import java.util.Arrays;

/// The scalar twins: written first, simplest, and the judges of the SIMD kernels, to the last bit.
///
/// `row` is scratch of the query's length and `lanes` of [QueryBlock#LANES] floats; both belong to the caller.
final class ScalarKernels {
    private ScalarKernels() {}

    static float dot(QueryBlock query, float[] row, float[] lanes) {
        Arrays.fill(lanes, 0);
        float[] q = query.components;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            for (int j = 0; j < QueryBlock.LANES; j++) {
                lanes[j] = Math.fma(q[i + j], row[i + j], lanes[j]);
            }
        }
        if (query.whole < query.dimension) {
            int start = query.tailStart();
            for (int j = 0; j < Math.min(QueryBlock.LANES, query.dimension); j++) {
                lanes[j] = Math.fma(query.tail[j], row[start + j], lanes[j]);
            }
        }
        return QueryBlock.sum(lanes);
    }

    static float squaredL2(QueryBlock query, float[] row, float[] lanes) {
        Arrays.fill(lanes, 0);
        float[] q = query.components;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            for (int j = 0; j < QueryBlock.LANES; j++) {
                float x = q[i + j] - row[i + j];
                lanes[j] = Math.fma(x, x, lanes[j]);
            }
        }
        if (query.whole < query.dimension) {
            int start = query.tailStart();
            for (int j = 0; j < Math.min(QueryBlock.LANES, query.dimension); j++) {
                float x = (query.components[start + j] - row[start + j]) * query.tailMask[j];
                lanes[j] = Math.fma(x, x, lanes[j]);
            }
        }
        return QueryBlock.sum(lanes);
    }

    /// `1 / |vector|`, the sum taken in double.
    static float inverseNorm(float[] vector, int dimension) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += (double) vector[i] * vector[i];
        }
        return (float) (1 / Math.sqrt(sum));
    }
}
