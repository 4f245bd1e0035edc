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
    /// Of `A` in the square of the error of [#bounds].
    private final float aShare;
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
        this.aShare = switch (codes.metric()) {
            case SQUARED_L2 -> 4;
            case COSINE -> 2;
            case INNER_PRODUCT -> 0;
        };
    }

    /// Takes the query that `nodes` holds. Its codes must have the same metric, dimension, seed and centre.
    public void query(NodeEstimator nodes) {
        query(nodes.components(), nodes.constant(), nodes.simd());
    }

    /// Takes a query.
    ///
    /// @param rotated and, but under INNER_PRODUCT, relative to the centre
    /// @param added to every estimate
    void query(float[] rotated, float added, boolean fast) {
        if (rotated.length != 32 * words) {
            throw new IllegalArgumentException(
                    "query has " + rotated.length + " rotated components, the codes have " + 32 * words);
        }
        simd = fast;
        constant = added;
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
        sums(rows, first, ordinals, count);
        long factors = first + 4L * words;
        for (int i = 0; i < count; i++) {
            long at = factors + (long) bytes * ordinals[i];
            float a = rows.get(VectorKernels.FLOAT_LE, at);
            float b = rows.get(VectorKernels.FLOAT_LE, at + 4);
            distances[i] = Math.fma(Math.fma(sums[i], scale, shift), b, a) + constant;
        }
    }

    /// What the distances to many are at least, as far as errors of random rotations go: the estimates less so many standard errors.
    ///
    /// Let `r` be a coded vector relative to the centre, `D` the rotated components and `f` the factor of its signs, so that `f * signs`
    /// differs from `r` by something orthogonal to `r` of the squared length `f * f * D - <r,r>`. The estimate errs by the inner product of
    /// that with the query, whose standard deviation over all directions is the product of both lengths by `1 / sqrt(D - 1)` (Gao & Long
    /// 2024, section 3.2). Under INNER_PRODUCT the code does not hold `<r,r>`, and it counts as zero: the bound is then lower than it need be.
    ///
    /// @param width standard errors, times the length of the query relative to the centre
    public void bounds(MemorySegment rows, long first, int[] ordinals, int count, float width, float[] bounds) {
        sums(rows, first, ordinals, count);
        long factors = first + 4L * words;
        float components = 32f * words;
        float perRow = width / (float) Math.sqrt(components - 1);
        for (int i = 0; i < count; i++) {
            long at = factors + (long) bytes * ordinals[i];
            float a = rows.get(VectorKernels.FLOAT_LE, at);
            float b = rows.get(VectorKernels.FLOAT_LE, at + 4);
            // b is -f or -2f and a <r,r> / 2 or <r,r>: either way b * b * D - aShare * a is the square of what the distance errs by
            float off = Math.fma(b * b, components, -aShare * a);
            float error = perRow * (float) Math.sqrt(Math.max(off, 0f));
            bounds[i] = Math.fma(Math.fma(sums[i], scale, shift), b, a) + constant - error;
        }
    }

    private void sums(MemorySegment rows, long first, int[] ordinals, int count) {
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
