package dev.kith.core.cluster;

import dev.kith.core.KernelDrill;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twin of [DotTiles#scalar] and of the threshold scan in [CentroidTable]. Loaded only where the module is present. Each begins with the return
/// that its drill needs ([TileDrills]).
final class SimdDotTiles {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = S.length();

    /// Machines whose registers have 256 bits have sixteen of them, too few for [#tile].
    static final boolean HALVES = S.vectorBitSize() == 256;

    private SimdDotTiles() {}

    static void dots(float[] points, int pointOffset, int dimension, float[] packed, int groups, float[] dots) {
        int width = groups * DotTiles.GROUP;
        for (int g = 0; g < groups; g++) {
            for (int h = 0; h < DotTiles.GROUP; h += 2 * LANES) {
                int from = g * dimension * DotTiles.GROUP + h;
                int to = g * DotTiles.GROUP + h;
                if (HALVES) {
                    half(points, pointOffset, dimension, packed, from, dots, to, width);
                    half(points, pointOffset + 4 * dimension, dimension, packed, from, dots, to + 4 * width, width);
                } else {
                    tile(points, pointOffset, dimension, packed, from, dots, to, width);
                }
            }
        }
    }

    /// Sixteen accumulators: eight points by two registers of rows.
    static void tile(float[] q, int at, int dimension, float[] packed, int from, float[] out, int to, int width) {
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector b4 = a0;
        FloatVector b5 = a0;
        FloatVector b6 = a0;
        FloatVector b7 = a0;
        for (int i = 0; i < dimension; i++) {
            FloatVector x = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP);
            FloatVector y = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP + LANES);
            FloatVector v = FloatVector.broadcast(S, q[at + i]);
            a0 = v.fma(x, a0);
            b0 = v.fma(y, b0);
            v = FloatVector.broadcast(S, q[at + dimension + i]);
            a1 = v.fma(x, a1);
            b1 = v.fma(y, b1);
            v = FloatVector.broadcast(S, q[at + 2 * dimension + i]);
            a2 = v.fma(x, a2);
            b2 = v.fma(y, b2);
            v = FloatVector.broadcast(S, q[at + 3 * dimension + i]);
            a3 = v.fma(x, a3);
            b3 = v.fma(y, b3);
            v = FloatVector.broadcast(S, q[at + 4 * dimension + i]);
            a4 = v.fma(x, a4);
            b4 = v.fma(y, b4);
            v = FloatVector.broadcast(S, q[at + 5 * dimension + i]);
            a5 = v.fma(x, a5);
            b5 = v.fma(y, b5);
            v = FloatVector.broadcast(S, q[at + 6 * dimension + i]);
            a6 = v.fma(x, a6);
            b6 = v.fma(y, b6);
            v = FloatVector.broadcast(S, q[at + 7 * dimension + i]);
            a7 = v.fma(x, a7);
            b7 = v.fma(y, b7);
        }
        a0.intoArray(out, to);
        b0.intoArray(out, to + LANES);
        a1.intoArray(out, to + width);
        b1.intoArray(out, to + width + LANES);
        a2.intoArray(out, to + 2 * width);
        b2.intoArray(out, to + 2 * width + LANES);
        a3.intoArray(out, to + 3 * width);
        b3.intoArray(out, to + 3 * width + LANES);
        a4.intoArray(out, to + 4 * width);
        b4.intoArray(out, to + 4 * width + LANES);
        a5.intoArray(out, to + 5 * width);
        b5.intoArray(out, to + 5 * width + LANES);
        a6.intoArray(out, to + 6 * width);
        b6.intoArray(out, to + 6 * width + LANES);
        a7.intoArray(out, to + 7 * width);
        b7.intoArray(out, to + 7 * width + LANES);
    }

    /// Eight accumulators: four points by two registers of rows.
    static void half(float[] q, int at, int dimension, float[] packed, int from, float[] out, int to, int width) {
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int i = 0; i < dimension; i++) {
            FloatVector x = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP);
            FloatVector y = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP + LANES);
            FloatVector v = FloatVector.broadcast(S, q[at + i]);
            a0 = v.fma(x, a0);
            b0 = v.fma(y, b0);
            v = FloatVector.broadcast(S, q[at + dimension + i]);
            a1 = v.fma(x, a1);
            b1 = v.fma(y, b1);
            v = FloatVector.broadcast(S, q[at + 2 * dimension + i]);
            a2 = v.fma(x, a2);
            b2 = v.fma(y, b2);
            v = FloatVector.broadcast(S, q[at + 3 * dimension + i]);
            a3 = v.fma(x, a3);
            b3 = v.fma(y, b3);
        }
        a0.intoArray(out, to);
        b0.intoArray(out, to + LANES);
        a1.intoArray(out, to + width);
        b1.intoArray(out, to + width + LANES);
        a2.intoArray(out, to + 2 * width);
        b2.intoArray(out, to + 2 * width + LANES);
        a3.intoArray(out, to + 3 * width);
        b3.intoArray(out, to + 3 * width + LANES);
    }

    /// Squared distances of all rows of `groups` packed groups from one centroid, `dimension` components from `at`.
    static void squaredL2(float[] centroid, int at, int dimension, float[] packed, int groups, float[] distances) {
        if (groups == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int g = 0; g < groups; g++) {
            for (int h = 0; h < DotTiles.GROUP; h += 2 * LANES) {
                int from = g * dimension * DotTiles.GROUP + h;
                FloatVector a = FloatVector.zero(S);
                FloatVector b = a;
                for (int i = 0; i < dimension; i++) {
                    float c = centroid[at + i];
                    FloatVector x = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP).sub(c);
                    FloatVector y = FloatVector.fromArray(S, packed, from + i * DotTiles.GROUP + LANES).sub(c);
                    a = x.fma(x, a);
                    b = y.fma(y, b);
                }
                a.intoArray(distances, g * DotTiles.GROUP + h);
                b.intoArray(distances, g * DotTiles.GROUP + h + LANES);
            }
        }
    }

    /// Turns inner products into `halfNorms[j] - dots[from + j]` in place, for `count` (a multiple of 32) values; the order of
    /// these is the order of squared distances. Returns the smallest.
    static float halfDistances(float[] dots, int from, float[] halfNorms, int count) {
        if (count == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return Float.POSITIVE_INFINITY;
        }
        FloatVector least = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
        for (int j = 0; j < count; j += LANES) {
            FloatVector d = FloatVector.fromArray(S, halfNorms, j).sub(FloatVector.fromArray(S, dots, from + j));
            d.intoArray(dots, from + j);
            least = d.min(least);
        }
        return least.reduceLanes(VectorOperators.MIN);
    }

    /// The first `j >= from` in `[from, to)` with `values[base + j] < bound`, looked for a register at a time and reported as
    /// the start of that register; `to` if there is none. `to - from` is a multiple of 32.
    static int nextBelow(float[] values, int base, int from, int to, float bound) {
        if (from == to) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return to;
        }
        int j = from;
        while (j < to && !FloatVector.fromArray(S, values, base + j).lt(bound).anyTrue()) {
            j += LANES;
        }
        return j;
    }

    /// Bit `i` of [DotTiles#GROUP] is set if `halves[lane + i] - dots[at + i] < bound`.
    static int below(float[] halves, int lane, float[] dots, int at, float bound) {
        if (bound == Float.NEGATIVE_INFINITY) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long bits = 0;
        for (int i = 0; i < DotTiles.GROUP; i += LANES) {
            bits |= FloatVector.fromArray(S, halves, lane + i).sub(FloatVector.fromArray(S, dots, at + i)).lt(bound)
                    .toLong() << i;
        }
        return (int) bits;
    }

    /// Lanes one step of [#nextBelow] covers.
    static int lanes() {
        return LANES;
    }
}
