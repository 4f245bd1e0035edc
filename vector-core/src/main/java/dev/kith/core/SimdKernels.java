package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Distance kernels in the Panama Vector API. Loaded only where `jdk.incubator.vector` is present.
final class SimdKernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, S.vectorShape().vectorBitSize() >= 256
            ? jdk.incubator.vector.VectorShape.forBitSize(S.vectorBitSize() / 4)
            : jdk.incubator.vector.VectorShape.S_64_BIT);
    private static final int LANES = S.length();

    private SimdKernels() {}

    static float dot(float[] query, MemorySegment rows, long offset) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        int i = 0;
        int pair = query.length - 2 * LANES;
        for (; i <= pair; i += 2 * LANES) {
            a = FloatVector.fromArray(S, query, i).fma(load(rows, offset + 4L * i), a);
            b = FloatVector.fromArray(S, query, i + LANES).fma(load(rows, offset + 4L * (i + LANES)), b);
        }
        if (i <= query.length - LANES) {
            a = FloatVector.fromArray(S, query, i).fma(load(rows, offset + 4L * i), a);
            i += LANES;
        }
        float sum = a.add(b).reduceLanes(VectorOperators.ADD);
        for (; i < query.length; i++) {
            sum = Math.fma(query[i], rows.get(VectorKernels.FLOAT_LE, offset + 4L * i), sum);
        }
        return sum;
    }

    static float squaredL2(float[] query, MemorySegment rows, long offset) {
        FloatVector a = FloatVector.zero(S);
        int i = 0;
        for (; i <= query.length - LANES; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, query, i).sub(load(rows, offset + 4L * i));
            a = x.fma(x, a);
        }
        float sum = a.reduceLanes(VectorOperators.ADD);
        for (; i < query.length; i++) {
            float x = query[i] - rows.get(VectorKernels.FLOAT_LE, offset + 4L * i);
            sum = Math.fma(x, x, sum);
        }
        return sum;
    }

    static float dotBytes(float[] query, MemorySegment rows, long offset) {
        FloatVector a = FloatVector.zero(S);
        int i = 0;
        for (; i <= query.length - LANES; i += LANES) {
            a = FloatVector.fromArray(S, query, i).fma(loadBytes(rows, offset + i), a);
        }
        float sum = a.reduceLanes(VectorOperators.ADD);
        for (; i < query.length; i++) {
            sum = Math.fma(query[i], rows.get(java.lang.foreign.ValueLayout.JAVA_BYTE, offset + i), sum);
        }
        return sum;
    }

    static float squaredL2Bytes(float[] query, MemorySegment rows, long offset) {
        FloatVector a = FloatVector.zero(S);
        int i = 0;
        for (; i <= query.length - LANES; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, query, i).sub(loadBytes(rows, offset + i));
            a = x.fma(x, a);
        }
        float sum = a.reduceLanes(VectorOperators.ADD);
        for (; i < query.length; i++) {
            float x = query[i] - rows.get(java.lang.foreign.ValueLayout.JAVA_BYTE, offset + i);
            sum = Math.fma(x, x, sum);
        }
        return sum;
    }

    private static FloatVector load(MemorySegment rows, long offset) {
        return FloatVector.fromMemorySegment(S, rows, offset, ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatVector loadBytes(MemorySegment rows, long offset) {
        return (FloatVector) ByteVector.fromMemorySegment(B, rows, offset, ByteOrder.LITTLE_ENDIAN)
                .convertShape(VectorOperators.B2F, S, 0);
    }
}
