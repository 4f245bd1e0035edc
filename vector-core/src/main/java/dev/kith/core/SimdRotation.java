package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One round of a [FastRotation] in SIMD; the same bits as its scalar twin, because only sums and products of two are taken.
final class SimdRotation {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED.length() > QueryBlock.LANES
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    private SimdRotation() {}

    static void round(float[] x, float[] signs, int first, int count) {
        for (int i = 0; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).mul(FloatVector.fromArray(S, signs, i)).intoArray(x, i);
        }
        for (int step = 1; step < count; step *= 2) {
            for (int block = first; block < first + count; block += 2 * step) {
                butterflies(x, block * QueryBlock.LANES, step * QueryBlock.LANES);
            }
        }
    }

    private static void butterflies(float[] x, int from, int length) {
        for (int i = from; i < from + length; i += S.length()) {
            FloatVector low = FloatVector.fromArray(S, x, i);
            FloatVector high = FloatVector.fromArray(S, x, i + length);
            low.add(high).intoArray(x, i);
            low.sub(high).intoArray(x, i + length);
        }
    }
}
