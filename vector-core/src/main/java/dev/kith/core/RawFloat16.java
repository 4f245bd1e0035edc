package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [RawKernels] for rows of float16, four at a time. C2 compiles no conversion of registers of float16; exponent and fraction are brought to their
/// places in a float32 by a shift, and a product with a power of two makes up for the exponents' biases, which is exact for all finite numbers,
/// subnormal ones too. Sums and style as in [RawBfloat16].
final class RawFloat16 {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
    private static final VectorSpecies<Short> H = ShortVector.SPECIES_256;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final long MASK = RawMemory.MASK;
    private static final int SHIFT = SimdDecoder.HALF_SHIFT;
    private static final int BITS = SimdDecoder.HALF_MASK;
    private static final float SCALE = SimdDecoder.HALF_SCALE;

    private static final VectorMask<Float> ODD = VectorMask.fromLong(S, 0xAAAA);
    private static final VectorMask<Float> UPPER_PAIR = VectorMask.fromLong(S, 0xCCCC);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(S, i -> i ^ 1);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(S, i -> i ^ 2);
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(S, i -> i ^ 8);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(S, i -> i ^ 4);

    private RawFloat16() {}

    /// Inner products of the query with the rows `ordinals[at .. at + 4)`; ordinals past `last` repeat that of `last`.
    static void dot4(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[Math.min(at + 1, last)]);
        long r2 = rows.offset(ordinals[Math.min(at + 2, last)]);
        long r3 = rows.offset(ordinals[Math.min(at + 3, last)]);
        FaultGuard.check(bytes, end + Math.max(Math.max(r0, r1), Math.max(r2, r3)));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        FloatVector y = x;
        FloatVector z = x;
        FloatVector w = x;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            IntVector p0 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r0 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p1 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r1 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p2 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r2 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p3 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r3 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            x = u.fma(p0.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), x);
            y = u.fma(p1.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), y);
            z = u.fma(p2.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), z);
            w = u.fma(p3.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), w);
        }
        if (whole < query.dimension) {
            FloatVector u = FloatVector.fromArray(S, query.tail, 0);
            long t = 2L * query.tailStart();
            IntVector p0 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r0 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p1 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r1 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p2 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r2 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p3 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r3 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            x = u.fma(p0.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), x);
            y = u.fma(p1.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), y);
            z = u.fma(p2.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), z);
            w = u.fma(p3.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE), w);
        }
        // as in RawKernels
        FloatVector a = x.blend(y, ODD).add(y.blend(x, ODD).rearrange(SWAP_1));
        FloatVector b = z.blend(w, ODD).add(w.blend(z, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.add(c.rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4));
        ((FloatVector) c.castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
    }

    /// Squared distances of the query to four rows, as [#dot4].
    static void squaredL2x4(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[Math.min(at + 1, last)]);
        long r2 = rows.offset(ordinals[Math.min(at + 2, last)]);
        long r3 = rows.offset(ordinals[Math.min(at + 3, last)]);
        FaultGuard.check(bytes, end + Math.max(Math.max(r0, r1), Math.max(r2, r3)));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        FloatVector y = x;
        FloatVector z = x;
        FloatVector w = x;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            IntVector p0 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r0 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p1 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r1 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p2 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r2 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p3 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r3 + 2L * i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            FloatVector a = u.sub(p0.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE));
            FloatVector b = u.sub(p1.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE));
            FloatVector c = u.sub(p2.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE));
            FloatVector d = u.sub(p3.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE));
            x = a.fma(a, x);
            y = b.fma(b, y);
            z = c.fma(c, z);
            w = d.fma(d, w);
        }
        if (whole < query.dimension) {
            FloatVector m = FloatVector.fromArray(S, query.tailMask, 0);
            FloatVector u = FloatVector.fromArray(S, q, query.tailStart());
            long t = 2L * query.tailStart();
            IntVector p0 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r0 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p1 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r1 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p2 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r2 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            IntVector p3 = (IntVector) ShortVector.fromMemorySegment(H, ALL, r3 + t, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.S2I, I, 0);
            FloatVector a = u.sub(p0.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE)).mul(m);
            FloatVector b = u.sub(p1.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE)).mul(m);
            FloatVector c = u.sub(p2.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE)).mul(m);
            FloatVector d = u.sub(p3.lanewise(VectorOperators.LSHL, SHIFT).and(BITS).reinterpretAsFloats().mul(SCALE)).mul(m);
            x = a.fma(a, x);
            y = b.fma(b, y);
            z = c.fma(c, z);
            w = d.fma(d, w);
        }
        FloatVector a = x.blend(y, ODD).add(y.blend(x, ODD).rearrange(SWAP_1));
        FloatVector b = z.blend(w, ODD).add(w.blend(z, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.add(c.rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4));
        ((FloatVector) c.castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
    }
}
