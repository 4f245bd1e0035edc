package dev.kith.core.pq;

import dev.kith.core.FaultGuard;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twins of [ScalarCodes#scalarDot]. Loaded only where `jdk.incubator.vector` is present.
final class SimdScalarCodes {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_256;
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(F.vectorBitSize() / 4));
    private static final int LANES = F.length();

    private SimdScalarCodes() {}

    static float dot8(float[] query, int dimension, MemorySegment codes, long at) {
        FaultGuard.check(codes, at, at + dimension - 1);
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        for (int i = 0; i < dimension; i += 2 * LANES) {
            a = FloatVector.fromArray(F, query, i)
                    .fma(floats(ByteVector.fromMemorySegment(B, codes, at + i, ByteOrder.LITTLE_ENDIAN)), a);
            b = FloatVector.fromArray(F, query, i + LANES)
                    .fma(floats(ByteVector.fromMemorySegment(B, codes, at + i + LANES, ByteOrder.LITTLE_ENDIAN)), b);
        }
        return a.add(b).reduceLanes(VectorOperators.ADD);
    }

    static float dot4(float[] query, int dimension, MemorySegment codes, long at) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        int half = dimension / 2;
        FaultGuard.check(codes, at, at + half - 1);
        for (int i = 0; i < half; i += LANES) {
            ByteVector c = ByteVector.fromMemorySegment(B, codes, at + i, ByteOrder.LITTLE_ENDIAN);
            a = FloatVector.fromArray(F, query, i).fma(floats(c.and((byte) 15)), a);
            b = FloatVector.fromArray(F, query, half + i).fma(floats(c.lanewise(VectorOperators.LSHR, 4)), b);
        }
        return a.add(b).reduceLanes(VectorOperators.ADD);
    }

    private static FloatVector floats(ByteVector bytes) {
        return (FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0);
    }
}
