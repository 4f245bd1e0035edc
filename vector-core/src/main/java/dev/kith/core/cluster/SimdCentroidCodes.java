package dev.kith.core.cluster;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twin of [CentroidCodes#scalarDots]. Loaded only where `jdk.incubator.vector` is present.
final class SimdCentroidCodes {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_256;
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(F.vectorBitSize() / 4));
    private static final int LANES = F.length();

    private SimdCentroidCodes() {}

    static void dots(float[] query, int dimension, MemorySegment codes, int from, int to, float[] dots) {
        for (int g = from; g < to; g++) {
            long at = 64L * dimension * g;
            for (int h = 0; h < CentroidCodes.GROUP; h += 4 * LANES) {
                group(query, dimension, codes, at + h, dots, g * CentroidCodes.GROUP + h);
            }
        }
    }

    private static void group(float[] query, int dimension, MemorySegment codes, long at, float[] dots, int to) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < dimension; i++) {
            FloatVector q = FloatVector.broadcast(F, query[i]);
            long p = at + 64L * i;
            a = q.fma(load(codes, p), a);
            b = q.fma(load(codes, p + LANES), b);
            c = q.fma(load(codes, p + 2 * LANES), c);
            d = q.fma(load(codes, p + 3 * LANES), d);
        }
        a.intoArray(dots, to);
        b.intoArray(dots, to + LANES);
        c.intoArray(dots, to + 2 * LANES);
        d.intoArray(dots, to + 3 * LANES);
    }

    static void scale(float[] dots, int from, int to, MemorySegment bytes, long scalesAt) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(F, dots, i)
                    .mul(FloatVector.fromMemorySegment(F, bytes, scalesAt + 4L * i, ByteOrder.LITTLE_ENDIAN)).intoArray(dots, i);
        }
    }

    /// `max(0, queryNorm - 2 * dots[i] + norm of centroid i)`.
    static void squaredDistances(float[] dots, int from, int to, float queryNorm, MemorySegment bytes, long normsAt,
            float[] distances) {
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromMemorySegment(F, bytes, normsAt + 4L * i, ByteOrder.LITTLE_ENDIAN)
                    .add(queryNorm).sub(FloatVector.fromArray(F, dots, i).mul(2f)).max(0f).intoArray(distances, i);
        }
    }

    private static FloatVector load(MemorySegment codes, long at) {
        return (FloatVector) ByteVector.fromMemorySegment(B, codes, at, ByteOrder.LITTLE_ENDIAN)
                .convertShape(VectorOperators.B2F, F, 0);
    }
}
