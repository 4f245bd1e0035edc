package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The 512-bit twin of [NeighbourCodes.Encoder#encodeScalar]; the same bits, because lanes and order are the same.
final class SimdSigns {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;

    private SimdSigns() {}

    static void encode(float[] vector, int at, float[] node, int[] words, float[] lanes) {
        if (words.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        FloatVector squares = FloatVector.zero(S);
        FloatVector absolutes = squares;
        FloatVector signed = squares;
        for (int i = 0; i < words.length; i++) {
            FloatVector n = FloatVector.fromArray(S, node, 32 * i);
            FloatVector x = FloatVector.fromArray(S, vector, at + 32 * i).sub(n);
            VectorMask<Float> positive = x.compare(VectorOperators.GT, 0f);
            squares = x.mul(x).add(squares);
            absolutes = x.abs().add(absolutes);
            signed = n.neg().blend(n, positive).add(signed);
            int low = (int) positive.toLong();
            n = FloatVector.fromArray(S, node, 32 * i + 16);
            x = FloatVector.fromArray(S, vector, at + 32 * i + 16).sub(n);
            positive = x.compare(VectorOperators.GT, 0f);
            squares = x.mul(x).add(squares);
            absolutes = x.abs().add(absolutes);
            signed = n.neg().blend(n, positive).add(signed);
            words[i] = low | (int) positive.toLong() << 16;
        }
        squares.intoArray(lanes, 0);
        absolutes.intoArray(lanes, 16);
        signed.intoArray(lanes, 32);
    }
}
