package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Kernels over rows of bytes in registers of up to 512 bits, in 16-bit lanes that hold two components each: C2 compiles no
/// dot product of bytes, and widening each byte to a float takes four times the registers. One row
/// at a time and each kernel one method: C2 inlines what the Vector API asks it to and, in a loop of so many operations, nothing else. Loads by address under the rules of [RawMemory].
final class ByteKernels {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? ShortVector.SPECIES_512
            : ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? IntVector.SPECIES_512
            : IntVector.SPECIES_PREFERRED;
    /// Components of one step.
    static final int STEP = 2 * S.length();
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final long MASK = RawMemory.MASK;

    private ByteKernels() {}

    /// Inner product of the query with one row. Two products of at most 127 * 128 fit in a lane of 16 bits; two such lanes are added in
    /// one of 32.
    static int dot(ByteQuery query, RowBlock rows, int ordinal) {
        long at = rows.offset(ordinal);
        FaultGuard.check(rows.bytes(), at + rows.rowBytes() - 1);
        if (query.padded == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = (rows.bytes().address() + at) & MASK;
        short[] even = query.even;
        short[] odd = query.odd;
        IntVector sum = IntVector.zero(I);
        int last = query.tailStart();
        for (int i = 0; i < query.padded; i += STEP) {
            ShortVector c = ShortVector.fromMemorySegment(S, ALL, row + Math.min(i, last), LITTLE_ENDIAN);
            IntVector p = c.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 8)
                    .mul(ShortVector.fromArray(S, even, i / 2))
                    .add(c.lanewise(VectorOperators.ASHR, 8).mul(ShortVector.fromArray(S, odd, i / 2)))
                    .reinterpretAsInts();
            sum = p.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(p.lanewise(VectorOperators.ASHR, 16))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Squared distance of the query to one row. A square of at most 255 * 255 takes a lane of 16 bits without a sign.
    static int squaredL2(ByteQuery query, RowBlock rows, int ordinal) {
        long at = rows.offset(ordinal);
        FaultGuard.check(rows.bytes(), at + rows.rowBytes() - 1);
        if (query.padded == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = (rows.bytes().address() + at) & MASK;
        short[] even = query.even;
        short[] odd = query.odd;
        short[] masks = query.masks;
        IntVector sum = IntVector.zero(I);
        int last = query.tailStart();
        for (int i = 0; i < query.padded; i += STEP) {
            ShortVector c = ShortVector.fromMemorySegment(S, ALL, row + Math.min(i, last), LITTLE_ENDIAN)
                    .and(ShortVector.fromArray(S, masks, i / 2));
            ShortVector a = c.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 8)
                    .sub(ShortVector.fromArray(S, even, i / 2));
            ShortVector b = c.lanewise(VectorOperators.ASHR, 8).sub(ShortVector.fromArray(S, odd, i / 2));
            IntVector p = a.mul(a).reinterpretAsInts();
            IntVector r = b.mul(b).reinterpretAsInts();
            sum = p.and(0xffff)
                    .add(p.lanewise(VectorOperators.LSHR, 16))
                    .add(r.and(0xffff).add(r.lanewise(VectorOperators.LSHR, 16)))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
