package dev.kith.core.cluster;

import dev.kith.core.FaultGuard;
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
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
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
        FaultGuard.check(codes, at, at + 64L * (dimension - 1) + 4 * LANES - 1);
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < dimension; i++) {
            FloatVector q = FloatVector.broadcast(F, query[i]);
            long p = at + 64L * i;
            a = q.fma(floats(ByteVector.fromMemorySegment(B, codes, p, LE)), a);
            b = q.fma(floats(ByteVector.fromMemorySegment(B, codes, p + LANES, LE)), b);
            c = q.fma(floats(ByteVector.fromMemorySegment(B, codes, p + 2 * LANES, LE)), c);
            d = q.fma(floats(ByteVector.fromMemorySegment(B, codes, p + 3 * LANES, LE)), d);
        }
        a.intoArray(dots, to);
        b.intoArray(dots, to + LANES);
        c.intoArray(dots, to + 2 * LANES);
        d.intoArray(dots, to + 3 * LANES);
    }

    static void scale(float[] dots, int from, int to, MemorySegment bytes, long scalesAt) {
        FaultGuard.check(bytes, scalesAt + 4L * from, scalesAt + 4L * to - 1);
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(F, dots, i)
                    .mul(FloatVector.fromMemorySegment(F, bytes, scalesAt + 4L * i, LE)).intoArray(dots, i);
        }
    }

    /// `max(0, queryNorm - 2 * dots[i] + norm of centroid i)`.
    static void squaredDistances(float[] dots, int from, int to, float queryNorm, MemorySegment bytes, long normsAt,
            float[] distances) {
        FaultGuard.check(bytes, normsAt + 4L * from, normsAt + 4L * to - 1);
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromMemorySegment(F, bytes, normsAt + 4L * i, LE)
                    .add(queryNorm).sub(FloatVector.fromArray(F, dots, i).mul(2f)).max(0f).intoArray(distances, i);
        }
    }

    private static FloatVector floats(ByteVector bytes) {
        return (FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0);
    }
}
