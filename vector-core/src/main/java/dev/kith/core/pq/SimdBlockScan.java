package dev.kith.core.pq;

import dev.kith.core.FaultGuard;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The 64-byte kernels of [BlockScan]. Loaded only where `jdk.incubator.vector` is present.
///
/// `selectFrom` on 64 byte lanes is one `vpermb` where the CPU has VBMI, and its two-register form one `vpermi2b`: a chunk of
/// four-bit codes then costs two shuffles for 128 lookups, a chunk of eight-bit codes two for 64 lookups of eight bits.
final class SimdBlockScan {
    static final boolean WIDE_REGISTERS = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512;

    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_512;
    private static final VectorSpecies<Short> H = ShortVector.SPECIES_512;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
    private static final ByteVector LOW = ByteVector.broadcast(B, (byte) 15);
    /// Which of a chunk's four tables a lane reads: first and second for the low halves, third and fourth for the high.
    private static final ByteVector TABLE_LOW = halves(0, 16);
    private static final ByteVector TABLE_HIGH = halves(32, 48);
    private static final IntVector IOTA = IntVector.zero(I).addIndex(1);

    private SimdBlockScan() {}

    private static ByteVector halves(int first, int second) {
        byte[] lanes = new byte[64];
        for (int i = 0; i < 64; i++) {
            lanes[i] = (byte) (i < 32 ? first : second);
        }
        return ByteVector.fromArray(B, lanes, 0);
    }

    /// Sums of all rows of `blocks` blocks of four-bit codes. No vector leaves the method: a helper that takes or gives one and
    /// is not inlined would box it.
    static void sums4(BlockLayout layout, MemorySegment tables, MemorySegment codes, long at, int blocks, int[] sums) {
        int chunks = layout.chunks();
        FaultGuard.check(codes, at, at + (long) blocks * layout.blockBytes() - 1);
        for (int b = 0; b < blocks; b++) {
            long block = at + (long) b * layout.blockBytes();
            ShortVector even = ShortVector.zero(H);
            ShortVector odd = ShortVector.zero(H);
            for (int i = 0; i < chunks; i += 2) {
                ByteVector c = ByteVector.fromMemorySegment(B, codes, block + 64L * i, LE);
                ByteVector d = ByteVector.fromMemorySegment(B, codes, block + 64L * i + 64, LE);
                ByteVector t = ByteVector.fromMemorySegment(B, tables, 64L * i, LE);
                ByteVector u = ByteVector.fromMemorySegment(B, tables, 64L * i + 64, LE);
                ByteVector w = c.and(LOW).or(TABLE_LOW).selectFrom(t);
                ByteVector x = c.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and(LOW)
                        .or(TABLE_HIGH).selectFrom(t);
                ByteVector y = d.and(LOW).or(TABLE_LOW).selectFrom(u);
                ByteVector z = d.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and(LOW)
                        .or(TABLE_HIGH).selectFrom(u);
                ShortVector sum = w.add(x).add(y).add(z).reinterpretAsShorts();
                even = sum.and((short) 255).add(even);
                odd = sum.lanewise(VectorOperators.LSHR, 8).add(odd);
            }
            // The upper half of each accumulator holds the other subspaces of the same rows.
            ((IntVector) even.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                    .add(even.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1)).intoArray(sums, 32 * b);
            ((IntVector) odd.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                    .add(odd.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1)).intoArray(sums, 32 * b + 16);
        }
    }

    /// Sums of all rows of `blocks` blocks of eight-bit codes. 64 lookups in a table of 256 are two shuffles over 128 entries
    /// each, between which the top bit of the code chooses.
    static void sums8(BlockLayout layout, MemorySegment tables, MemorySegment codes, long at, int blocks, int[] sums) {
        int chunks = layout.chunks();
        FaultGuard.check(codes, at, at + (long) blocks * layout.blockBytes() - 1);
        for (int b = 0; b < blocks; b++) {
            long block = at + (long) b * layout.blockBytes();
            ShortVector even = ShortVector.zero(H);
            ShortVector odd = ShortVector.zero(H);
            for (int i = 0; i < chunks; i += 2) {
                ByteVector c = ByteVector.fromMemorySegment(B, codes, block + 64L * i, LE);
                ByteVector d = ByteVector.fromMemorySegment(B, codes, block + 64L * i + 64, LE);
                long t = 256L * i;
                ByteVector x = c.selectFrom(ByteVector.fromMemorySegment(B, tables, t, LE),
                        ByteVector.fromMemorySegment(B, tables, t + 64, LE))
                        .blend(c.selectFrom(ByteVector.fromMemorySegment(B, tables, t + 128, LE),
                                ByteVector.fromMemorySegment(B, tables, t + 192, LE)), c.compare(VectorOperators.LT, (byte) 0));
                ByteVector y = d.selectFrom(ByteVector.fromMemorySegment(B, tables, t + 256, LE),
                        ByteVector.fromMemorySegment(B, tables, t + 320, LE))
                        .blend(d.selectFrom(ByteVector.fromMemorySegment(B, tables, t + 384, LE),
                                ByteVector.fromMemorySegment(B, tables, t + 448, LE)), d.compare(VectorOperators.LT, (byte) 0));
                ShortVector sum = x.add(y).reinterpretAsShorts();
                even = sum.and((short) 255).add(even);
                odd = sum.lanewise(VectorOperators.LSHR, 8).add(odd);
            }
            ((IntVector) even.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0)).intoArray(sums, 64 * b);
            ((IntVector) even.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1)).intoArray(sums, 64 * b + 16);
            ((IntVector) odd.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0)).intoArray(sums, 64 * b + 32);
            ((IntVector) odd.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 1)).intoArray(sums, 64 * b + 48);
        }
    }

    /// Sums to bounds, sixteen rows at a time; stores those below the threshold one after another.
    static int keep(BlockScan scan, MemorySegment codes, long at, int blocks, int[] sums) {
        BlockLayout layout = scan.layout();
        int rows = layout.rows();
        FaultGuard.check(codes, at, at + (long) blocks * layout.blockBytes() - 1);
        FloatVector step = FloatVector.broadcast(F, scan.tables().step());
        FloatVector base = FloatVector.broadcast(F, scan.tables().base());
        FloatVector width = FloatVector.broadcast(F, -scan.width);
        float offset = scan.offset;
        float threshold = scan.threshold;
        float[] bounds = scan.bounds;
        int[] places = scan.places;
        int kept = 0;
        for (int b = 0; b < blocks; b++) {
            long factors = at + (long) b * layout.blockBytes() + layout.biasOffset();
            for (int r = 0; r < rows; r += 16) {
                FloatVector value = ((FloatVector) IntVector.fromArray(I, sums, b * rows + r).convert(VectorOperators.I2F, 0))
                        .fma(step, base);
                IntVector scaleError = IntVector.fromMemorySegment(I, codes, factors + 4L * (rows + r), LE);
                FloatVector scale = scaleError.and(0xffff0000).reinterpretAsFloats();
                FloatVector error = scaleError.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
                FloatVector bias = FloatVector.fromMemorySegment(F, codes, factors + 4L * r, LE).add(offset);
                FloatVector bound = error.fma(width, scale.fma(value, bias));
                VectorMask<Float> below = bound.compare(VectorOperators.LT, threshold);
                if (below.anyTrue()) {
                    bound.compress(below).intoArray(bounds, kept);
                    IOTA.add(b * rows + r).compress(below.cast(I)).intoArray(places, kept);
                    kept += below.trueCount();
                }
            }
        }
        return kept;
    }
}
