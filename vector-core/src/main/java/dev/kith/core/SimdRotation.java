package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// The steps of a [FastRotation] in SIMD; the same bits as its scalar twins, because only sums and products of two are taken.
final class SimdRotation {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED.length() > QueryBlock.LANES
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int N = S.length();
    /// Whether loads from scattered places are worth it: with narrow registers they are slower than plain ones, or no instruction at all.
    static final boolean GATHERS = S.vectorBitSize() == 512;

    private SimdRotation() {}

    static void scale(float[] x, float[] signs) {
        if (x.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int i = 0; i <= x.length - N; i += N) {
            FloatVector.fromArray(S, x, i).mul(FloatVector.fromArray(S, signs, i)).intoArray(x, i);
        }
    }

    /// Two of its steps at a time, which takes half of the loads and stores.
    static void transform(float[] x, int first, int count) {
        int step = 1;
        for (; 4 * step <= count; step *= 4) {
            for (int block = first; block < first + count; block += 4 * step) {
                twice(x, block * QueryBlock.LANES, step * QueryBlock.LANES);
            }
        }
        if (step < count) {
            butterflies(x, first * QueryBlock.LANES, step * QueryBlock.LANES);
        }
    }

    static void twice(float[] x, int from, int length) {
        if (length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int i = from; i < from + length; i += N) {
            FloatVector a = FloatVector.fromArray(S, x, i);
            FloatVector b = FloatVector.fromArray(S, x, i + length);
            FloatVector c = FloatVector.fromArray(S, x, i + 2 * length);
            FloatVector d = FloatVector.fromArray(S, x, i + 3 * length);
            FloatVector ab = a.add(b);
            FloatVector cd = c.add(d);
            a = a.sub(b);
            c = c.sub(d);
            ab.add(cd).intoArray(x, i);
            a.add(c).intoArray(x, i + length);
            ab.sub(cd).intoArray(x, i + 2 * length);
            a.sub(c).intoArray(x, i + 3 * length);
        }
    }

    static void butterflies(float[] x, int from, int length) {
        if (length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int i = from; i < from + length; i += N) {
            FloatVector low = FloatVector.fromArray(S, x, i);
            FloatVector high = FloatVector.fromArray(S, x, i + length);
            low.add(high).intoArray(x, i);
            low.sub(high).intoArray(x, i + length);
        }
    }

    /// @param signs what components are multiplied by in their new places, or null
    static void permute(float[] from, int[] order, float @Nullable [] signs, float[] to) {
        if (signs == null) {
            for (int i = 0; i < order.length; i += N) {
                FloatVector.fromArray(S, from, 0, order, i).intoArray(to, i);
            }
        } else {
            for (int i = 0; i < order.length; i += N) {
                FloatVector.fromArray(S, from, 0, order, i).mul(FloatVector.fromArray(S, signs, i)).intoArray(to, i);
            }
        }
    }
}
