package dev.kith.core;

import java.lang.foreign.ValueLayout;

/// Inner products or squared distances of rows of bytes with a query of whole numbers, as sums of integers.
final class ByteScorer {
    private static final int TOGETHER = 16;

    private final ByteQuery query;
    private final RowBlock rows;
    private final boolean dots;
    private long touched;

    ByteScorer(RowBlock rows, int dimension, boolean dots) {
        this.query = new ByteQuery(dimension, simd() ? ByteKernels.STEP : Integer.MAX_VALUE);
        this.rows = rows;
        this.dots = dots;
    }

    /// Whether distances to such a query can be had here.
    boolean query(float[] components) {
        return query.set(components);
    }

    private static boolean simd() {
        return VectorKernels.simd() && RawMemory.available();
    }

    /// @param simd whether kernels that are warm may run
    void score(int[] ordinals, int count, float[] out, boolean simd) {
        if (simd && query.padded > 0) {
            scoreSimd(ordinals, count, out);
            return;
        }
        for (int i = 0; i < count; i++) {
            long at = rows.offset(ordinals[i]);
            out[i] = dots ? dot(at) : squaredL2(at);
        }
    }

    /// Some rows are touched before the first is used: their lines are then under way together.
    private void scoreSimd(int[] ordinals, int count, float[] out) {
        for (int from = 0; from < count; from += TOGETHER) {
            int to = Math.min(count, from + TOGETHER);
            for (int i = from; count > 1 && i < to; i++) {
                touched += NodeKernels.touch(rows.bytes(), rows.offset(ordinals[i]), query.dimension);
            }
            for (int i = from; i < to; i++) {
                out[i] = dots ? ByteKernels.dot(query, rows, ordinals[i]) : ByteKernels.squaredL2(query, rows, ordinals[i]);
            }
        }
    }

    /// So that no touch is without a purpose.
    long touched() {
        return touched;
    }

    /// The scalar twin of [ByteKernels#dot].
    private int dot(long at) {
        int sum = 0;
        for (int i = 0; i < query.dimension; i++) {
            sum += query.integers[i] * rows.bytes().get(ValueLayout.JAVA_BYTE, at + i);
        }
        return sum;
    }

    /// The scalar twin of [ByteKernels#squaredL2].
    private int squaredL2(long at) {
        int sum = 0;
        for (int i = 0; i < query.dimension; i++) {
            int x = query.integers[i] - rows.bytes().get(ValueLayout.JAVA_BYTE, at + i);
            sum += x * x;
        }
        return sum;
    }
}
