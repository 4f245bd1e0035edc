package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The SIMD twin of [NeighbourCodes.Encoder#encodeScalar]; the same bits, because lanes and order are the same. Narrow registers go over
/// the components more than once.
final class SimdSigns {
    private static final VectorSpecies<Float> S = SimdFloats.S;
    private static final int N = S.length();

    private SimdSigns() {}

    static void encode(float[] vector, int at, float[] node, int[] words, float[] lanes) {
        if (words.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int part = 0; part < QueryBlock.LANES; part += N) {
            FloatVector squares = FloatVector.zero(S);
            FloatVector absolutes = squares;
            FloatVector signed = squares;
            for (int i = 0; i < words.length; i++) {
                FloatVector n = FloatVector.fromArray(S, node, 32 * i + part);
                FloatVector x = FloatVector.fromArray(S, vector, at + 32 * i + part).sub(n);
                VectorMask<Float> positive = x.compare(VectorOperators.GT, 0f);
                squares = x.mul(x).add(squares);
                absolutes = x.abs().add(absolutes);
                signed = n.neg().blend(n, positive).add(signed);
                int low = (int) positive.toLong();
                n = FloatVector.fromArray(S, node, 32 * i + 16 + part);
                x = FloatVector.fromArray(S, vector, at + 32 * i + 16 + part).sub(n);
                positive = x.compare(VectorOperators.GT, 0f);
                squares = x.mul(x).add(squares);
                absolutes = x.abs().add(absolutes);
                signed = n.neg().blend(n, positive).add(signed);
                int bits = (low | (int) positive.toLong() << 16) << part;
                words[i] = part == 0 ? bits : words[i] | bits;
            }
            squares.intoArray(lanes, part);
            absolutes.intoArray(lanes, 16 + part);
            signed.intoArray(lanes, 32 + part);
        }
    }
}
