package dev.kith.core.pq;

import dev.kith.core.FaultGuard;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twins of [Bfloat16]. Loaded only where `jdk.incubator.vector` is present.
final class SimdBfloat16 {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int LANES = F.length();
    private static final int UPPER = 0xffff0000;

    private SimdBfloat16() {}

    /// A row is a multiple of 16 words, so no register reaches past it.
    static float dot(float[] even, float[] odd, MemorySegment rows, long at) {
        FaultGuard.check(rows, at, at + 4L * even.length - 1);
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        for (int i = 0; i < even.length; i += LANES) {
            IntVector words = IntVector.fromMemorySegment(I, rows, at + 4L * i, ByteOrder.LITTLE_ENDIAN);
            a = FloatVector.fromArray(F, even, i).fma(words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), a);
            b = FloatVector.fromArray(F, odd, i).fma(words.and(UPPER).reinterpretAsFloats(), b);
        }
        return a.add(b).reduceLanes(VectorOperators.ADD);
    }

    static float squaredL2(float[] even, float[] odd, MemorySegment rows, long at) {
        FaultGuard.check(rows, at, at + 4L * even.length - 1);
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        for (int i = 0; i < even.length; i += LANES) {
            IntVector words = IntVector.fromMemorySegment(I, rows, at + 4L * i, ByteOrder.LITTLE_ENDIAN);
            FloatVector x = FloatVector.fromArray(F, even, i).sub(words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats());
            FloatVector y = FloatVector.fromArray(F, odd, i).sub(words.and(UPPER).reinterpretAsFloats());
            a = x.fma(x, a);
            b = y.fma(y, b);
        }
        return a.add(b).reduceLanes(VectorOperators.ADD);
    }
}
