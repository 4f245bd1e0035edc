package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [SimdFloats] for rows of the other encodings, of which registers of floats are made.
/// Loaded only where `jdk.incubator.vector` is present.
final class SimdKernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED.length() > QueryBlock.LANES
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int N = S.length();
    private static final VectorSpecies<Integer> WORDS = VectorSpecies.of(int.class, S.vectorShape());
    private static final VectorSpecies<Short> HALVES = VectorSpecies.of(short.class,
            VectorShape.forBitSize(S.vectorBitSize() / 2));
    /// Brings exponent and fraction of a float16, its sign extended, to their places in a float32.
    static final int HALF_SHIFT = 13;
    /// Clears what the shift left of the sign below the sign.
    static final int HALF_MASK = 0x8fffffff;
    /// The difference of the exponents' biases; exact, for subnormal numbers too.
    static final float HALF_SCALE = 0x1p112f;

    private SimdKernels() {}

    /// Width of the registers, in bits.
    static int bits() {
        return S.vectorBitSize();
    }

    static float dot(QueryBlock query, VectorEncoding encoding, MemorySegment rows, long offset, float[] lanes) {
        FaultGuard.check(rows, offset, offset + (long) query.dimension * encoding.bytes() - 1);
        float[] q = query.components;
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            a = FloatVector.fromArray(S, q, i).fma(load(encoding, rows, offset, i, 0), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, q, i + N).fma(load(encoding, rows, offset, i, 1), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, q, i + 8).fma(load(encoding, rows, offset, i, 2), c);
                d = FloatVector.fromArray(S, q, i + 12).fma(load(encoding, rows, offset, i, 3), d);
            }
        }
        if (query.whole < query.dimension) {
            int start = query.tailStart();
            float[] t = query.tail;
            a = FloatVector.fromArray(S, t, 0).fma(load(encoding, rows, offset, start, 0), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, t, N).fma(load(encoding, rows, offset, start, 1), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, t, 8).fma(load(encoding, rows, offset, start, 2), c);
                d = FloatVector.fromArray(S, t, 12).fma(load(encoding, rows, offset, start, 3), d);
            }
        }
        return sum(a, b, c, d, lanes);
    }

    static float squaredL2(QueryBlock query, VectorEncoding encoding, MemorySegment rows, long offset, float[] lanes) {
        FaultGuard.check(rows, offset, offset + (long) query.dimension * encoding.bytes() - 1);
        float[] q = query.components;
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            FloatVector x = FloatVector.fromArray(S, q, i).sub(load(encoding, rows, offset, i, 0));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, i + N).sub(load(encoding, rows, offset, i, 1));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, i + 8).sub(load(encoding, rows, offset, i, 2));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, i + 12).sub(load(encoding, rows, offset, i, 3));
                d = x.fma(x, d);
            }
        }
        if (query.whole < query.dimension) {
            int s = query.tailStart();
            float[] t = query.tailMask;
            FloatVector x = FloatVector.fromArray(S, q, s).sub(load(encoding, rows, offset, s, 0))
                    .mul(FloatVector.fromArray(S, t, 0));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, s + N).sub(load(encoding, rows, offset, s, 1))
                        .mul(FloatVector.fromArray(S, t, N));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, s + 8).sub(load(encoding, rows, offset, s, 2))
                        .mul(FloatVector.fromArray(S, t, 8));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, s + 12).sub(load(encoding, rows, offset, s, 3))
                        .mul(FloatVector.fromArray(S, t, 12));
                d = x.fma(x, d);
            }
        }
        return sum(a, b, c, d, lanes);
    }

    private static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] lanes) {
        a.intoArray(lanes, 0);
        if (N <= 8) {
            b.intoArray(lanes, N);
        }
        if (N == 4) {
            c.intoArray(lanes, 8);
            d.intoArray(lanes, 12);
        }
        return QueryBlock.sum(lanes);
    }

    /// Register `part` of the [QueryBlock#LANES] components from `component` on.
    private static FloatVector load(VectorEncoding encoding, MemorySegment rows, long offset, int component, int part) {
        FaultGuard.MARK.getPlain();
        if (encoding == VectorEncoding.INT8) {
            return (FloatVector) ByteVector
                    .fromMemorySegment(ByteVector.SPECIES_128, rows, offset + component, ByteOrder.LITTLE_ENDIAN)
                    .castShape(S, part);
        }
        ShortVector halves = ShortVector.fromMemorySegment(HALVES, rows, offset + 2L * (component + part * N),
                ByteOrder.LITTLE_ENDIAN);
        if (encoding == VectorEncoding.BFLOAT16) {
            return ((IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0))
                    .lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        }
        return ((IntVector) halves.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                .and(HALF_MASK).reinterpretAsFloats().mul(HALF_SCALE);
    }
}
