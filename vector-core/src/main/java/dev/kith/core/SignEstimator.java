package dev.kith.core;

import java.lang.foreign.MemorySegment;

/// Estimates the distances from one query to vectors coded by [SignCodes]. Not thread-safe; made once, used for many queries,
/// allocates nothing after construction.
///
/// The query is rounded to four bits a component and taken apart into bit planes, as by [NeighbourEstimator]; all sums are of
/// integers, so that SIMD of any width and the scalar twin give the same bits.
public final class SignEstimator {
    private static final int PLANES = NeighbourEstimator.PLANES;
    private static final int HALF = 1 << (PLANES - 1);

    private final int words;
    /// Of a code.
    final int bytes;
    /// Ints of a code, the factors and the zeros after them included.
    final int ints;
    /// One plane after the other, [#ints] of each; zero beyond the signs.
    final int[] planes;
    private final int[] mixed;
    private int[] sums = new int[128];
    private float scale;
    private float shift;
    private float constant;
    private boolean simd;
    private long touched;

    SignEstimator(SignCodes codes) {
        this.words = codes.words();
        this.bytes = codes.bytes();
        this.ints = bytes / 4;
        this.planes = new int[PLANES * ints];
        this.mixed = new int[PLANES * words];
    }

    /// Takes the query that `nodes` holds. Its codes must have the same metric, dimension, seed and centre.
    public void query(NodeEstimator nodes) {
        float[] rotated = nodes.components();
        if (rotated.length != 32 * words) {
            throw new IllegalArgumentException(
                    "query has " + rotated.length + " rotated components, the codes have " + 32 * words);
        }
        simd = nodes.simd();
        constant = nodes.constant();
        float max = 0;
        double sum = 0;
        for (float x : rotated) {
            max = Math.max(max, Math.abs(x));
            sum += x;
        }
        float step = max / (HALF - 0.5f);
        scale = 2 * step;
        shift = (float) -sum;
        float inverse = step > 0 && Float.isFinite(1 / step) ? 1 / step : 0;
        if (simd) {
            NeighbourKernels.toPlanes(rotated, inverse, mixed);
        } else {
            NeighbourEstimator.toPlanes(rotated, inverse, mixed);
        }
        for (int w = 0; w < words; w++) {
            for (int p = 0; p < PLANES; p++) {
                planes[p * ints + w] = mixed[w * PLANES + p];
            }
        }
    }

    /// Estimated distances to many: the code of `ordinals[i]` stands at `first + bytes * ordinals[i]`, `bytes` being those of a
    /// code.
    public void distances(MemorySegment rows, long first, int[] ordinals, int count, float[] distances) {
        if (sums.length < count) {
            sums = new int[count];
        }
        if (simd) {
            touched += SignKernels.sums(rows, first, ordinals, count, this, sums);
        } else {
            for (int i = 0; i < count; i++) {
                sums[i] = sum(rows, first + (long) bytes * ordinals[i]);
            }
        }
        long factors = first + 4L * words;
        for (int i = 0; i < count; i++) {
            long at = factors + (long) bytes * ordinals[i];
            float a = rows.get(VectorKernels.FLOAT_LE, at);
            float b = rows.get(VectorKernels.FLOAT_LE, at + 4);
            distances[i] = Math.fma(Math.fma(sums[i], scale, shift), b, a) + constant;
        }
    }

    /// The scalar twin of the SIMD kernel, and its judge: the sum of the rounded components that have a set bit.
    int sum(MemorySegment rows, long at) {
        int sum = 0;
        for (int w = 0; w < words; w++) {
            int code = rows.get(VectorKernels.INT_LE, at + 4L * w);
            for (int p = 0; p < PLANES; p++) {
                int count = Integer.bitCount(code & planes[p * ints + w]) << p;
                sum += p == PLANES - 1 ? -count : count;
            }
        }
        return sum;
    }

    /// So that no load of a touch is without a purpose.
    long touched() {
        return touched;
    }
}
