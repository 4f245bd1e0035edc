package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Estimates the distances from one query to the neighbours coded in rows of [NeighbourCodes]. Not thread-safe; made once,
/// used for many queries, allocates nothing after construction.
///
/// The rotated query is rounded to [#PLANES]-bit integers and taken apart into bit planes, so that the signed sum of a code
/// is a few counts of common bits. The rounding adds about 4 % to the variance of the codes themselves.
public final class NeighbourEstimator {
    /// Bits of a component of the rounded query, two's complement.
    static final int PLANES = 4;
    private static final int HALF = 1 << (PLANES - 1);

    private final NeighbourCodes codes;
    /// For callers without a rotated query of their own.
    private @Nullable RotatedQuery own;
    final int[] planes;
    private final float[] sums = new float[QueryBlock.LANES];
    private final float[] largest = new float[QueryBlock.LANES];
    private final int[] ordinals;
    private final float[] estimates;
    private final float[] group = new float[NeighbourCodes.GROUP];
    private float scale;
    private float shift;
    private boolean simd;

    NeighbourEstimator(NeighbourCodes codes) {
        this.codes = codes;
        this.planes = new int[codes.outputDimension() / 32 * PLANES];
        this.ordinals = new int[codes.groups() * NeighbourCodes.GROUP];
        this.estimates = new float[codes.groups() * NeighbourCodes.GROUP];
    }

    /// Takes a query of the codes' dimension. It must not be zero under COSINE.
    public void query(float[] query) {
        query(query, NeighbourCodes.fast());
    }

    void query(float[] query, boolean fast) {
        RotatedQuery rotated = own;
        if (rotated == null) {
            rotated = new RotatedQuery(codes.metric(), codes.dimension(), codes.seed());
            own = rotated;
        }
        rotated.set(query, fast);
        query(rotated);
    }

    /// Takes a query that was rotated for the codes' metric, dimension and seed.
    public void query(RotatedQuery query) {
        simd = query.simd;
        float[] rotated = query.components;
        if (rotated.length != codes.outputDimension()) {
            throw new IllegalArgumentException(
                    "query has " + rotated.length + " rotated components, the codes have " + codes.outputDimension());
        }
        if (simd && QueryKernels.available()) {
            QueryKernels.sums(rotated, sums, largest);
        } else {
            sums(rotated);
        }
        float max = 0;
        for (float x : largest) {
            max = Math.max(max, x);
        }
        float sum = QueryBlock.sum(sums);
        float step = max / (HALF - 0.5f);
        scale = 2 * step;
        shift = -sum;
        float inverse = step > 0 && Float.isFinite(1 / step) ? 1 / step : 0;
        if (simd) {
            NeighbourKernels.toPlanes(rotated, inverse, planes);
        } else {
            toPlanes(rotated, inverse, planes);
        }
    }

    /// In lanes, or each sum would wait for the one before.
    private void sums(float[] rotated) {
        Arrays.fill(sums, 0);
        Arrays.fill(largest, 0);
        for (int i = 0; i < rotated.length; i += QueryBlock.LANES) {
            for (int j = 0; j < QueryBlock.LANES; j++) {
                float x = rotated[i + j];
                float size = Math.abs(x);
                sums[j] += x;
                largest[j] = size > largest[j] ? size : largest[j];
            }
        }
    }

    /// The scalar twin of the SIMD rounding.
    static void toPlanes(float[] rotated, float inverse, int[] planes) {
        Arrays.fill(planes, 0);
        for (int i = 0; i < rotated.length; i++) {
            int k = (int) Math.rint(Math.clamp(rotated[i] * inverse, -HALF, HALF - 1));
            for (int p = 0; p < PLANES; p++) {
                planes[i / 32 * PLANES + p] |= (k >> p & 1) << (i & 31);
            }
        }
    }

    /// Estimates the neighbours in the row at `offset` and keeps those estimated below `bound`.
    ///
    /// @param distance the exact distance of the query to the node of the row
    /// @return how many [#ordinals()] and [#estimates()] were found
    public int below(MemorySegment rows, long offset, float distance, float bound) {
        int found = 0;
        long at = offset;
        for (int g = 0; g < codes.groups(); g++, at += codes.groupBytes()) {
            int mask = estimateGroup(rows, at, distance, bound);
            long ids = at + codes.groupBytes() - 64;
            while (mask != 0) {
                int lane = Integer.numberOfTrailingZeros(mask);
                mask &= mask - 1;
                ordinals[found] = rows.get(VectorKernels.INT_LE, ids + 4L * lane);
                estimates[found++] = group[lane];
            }
        }
        return found;
    }

    /// Estimates all in a row of any number of groups and keeps the nearest, in order, in [#ordinals()] and [#estimates()].
    ///
    /// @param groups of the row, which may have more than the codes of this estimator
    /// @param distance of the query to the centre of the row
    /// @param most how many to keep, 1 to [NeighbourCodes#GROUP]
    /// @return how many were kept; fewer than `most` only if the row holds fewer
    public int nearest(MemorySegment rows, long offset, int groups, float distance, int most) {
        Objects.checkFromToIndex(1, most, NeighbourCodes.GROUP);
        float bound = Float.POSITIVE_INFINITY;
        int found = 0;
        long at = offset;
        for (int g = 0; g < groups; g++, at += codes.groupBytes()) {
            int mask = estimateGroup(rows, at, distance, bound);
            long ids = at + codes.groupBytes() - 64;
            while (mask != 0) {
                int lane = Integer.numberOfTrailingZeros(mask);
                mask &= mask - 1;
                if (group[lane] < bound) {
                    found = keep(group[lane], rows.get(VectorKernels.INT_LE, ids + 4L * lane), found, most);
                    bound = found == most ? estimates[most - 1] : bound;
                }
            }
        }
        return found;
    }

    /// @return a bit for each of the group's neighbours whose estimate, in [#group], is below `bound`
    private int estimateGroup(MemorySegment rows, long at, float distance, float bound) {
        return simd
                ? NeighbourKernels.estimate(rows, at, this, distance, bound)
                : estimate(rows, at, distance, bound);
    }

    /// Puts one among the `found` kept; the last falls out if there are `most`.
    private int keep(float estimate, int ordinal, int found, int most) {
        int to = Math.min(found, most - 1);
        while (to > 0 && estimates[to - 1] > estimate) {
            estimates[to] = estimates[to - 1];
            ordinals[to] = ordinals[to - 1];
            to--;
        }
        estimates[to] = estimate;
        ordinals[to] = ordinal;
        return Math.min(found + 1, most);
    }

    /// The scalar twin of the SIMD kernel, and its judge.
    int estimate(MemorySegment rows, long at, float distance, float bound) {
        int mask = 0;
        long factors = at + codes.groupBytes() - 192;
        for (int lane = 0; lane < NeighbourCodes.GROUP; lane++) {
            int sum = 0;
            for (int w = 0; w < planes.length / PLANES; w++) {
                int code = rows.get(VectorKernels.INT_LE, at + 64L * w + 4L * lane);
                for (int p = 0; p < PLANES; p++) {
                    int count = Integer.bitCount(code & planes[w * PLANES + p]) << p;
                    sum += p == PLANES - 1 ? -count : count;
                }
            }
            float a = rows.get(VectorKernels.FLOAT_LE, factors + 4L * lane);
            float b = rows.get(VectorKernels.FLOAT_LE, factors + 64 + 4L * lane);
            group[lane] = Math.fma(Math.fma(sum, scale, shift), b, a) + distance;
            mask |= group[lane] < bound ? 1 << lane : 0;
        }
        return mask;
    }

    /// Ordinals of the neighbours kept by the last [#below(MemorySegment, long, float, float)] or
    /// [#nearest(MemorySegment, long, int, float, int)]. Read only.
    public int[] ordinals() {
        return ordinals;
    }

    /// Their estimated distances. Read only.
    public float[] estimates() {
        return estimates;
    }

    /// Estimates of the group scored last.
    float[] group() {
        return group;
    }

    float scale() {
        return scale;
    }

    float shift() {
        return shift;
    }
}
