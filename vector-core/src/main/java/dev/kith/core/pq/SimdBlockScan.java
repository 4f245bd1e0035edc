package dev.kith.core.pq;

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

    static int scan4(BlockScan scan, MemorySegment codes, long at, int blocks) {
        BlockLayout layout = scan.layout();
        MemorySegment tables = scan.tables().bytes();
        int chunks = layout.chunks();
        int kept = 0;
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
                even = even.add(sum.and((short) 255));
                odd = odd.add(sum.lanewise(VectorOperators.LSHR, 8));
            }
            // The upper half of each accumulator holds the other subspaces of the same rows.
            IntVector first = widen(even, 0).add(widen(even, 1));
            IntVector second = widen(odd, 0).add(widen(odd, 1));
            int row = b * 32;
            kept = keep(scan, first, codes, block + layout.biasOffset(), block + layout.scaleOffset(), row, kept);
            kept = keep(scan, second, codes, block + layout.biasOffset() + 64, block + layout.scaleOffset() + 64, row + 16, kept);
        }
        return kept;
    }

    static int scan8(BlockScan scan, MemorySegment codes, long at, int blocks) {
        BlockLayout layout = scan.layout();
        MemorySegment tables = scan.tables().bytes();
        int chunks = layout.chunks();
        int kept = 0;
        for (int b = 0; b < blocks; b++) {
            long block = at + (long) b * layout.blockBytes();
            ShortVector even = ShortVector.zero(H);
            ShortVector odd = ShortVector.zero(H);
            for (int i = 0; i < chunks; i += 4) {
                long p = block + 64L * i;
                long t = 256L * i;
                ShortVector sum = lookup(codes, p, tables, t).add(lookup(codes, p + 64, tables, t + 256))
                        .add(lookup(codes, p + 128, tables, t + 512)).add(lookup(codes, p + 192, tables, t + 768))
                        .reinterpretAsShorts();
                even = even.add(sum.and((short) 255));
                odd = odd.add(sum.lanewise(VectorOperators.LSHR, 8));
            }
            long bias = block + layout.biasOffset();
            long scale = block + layout.scaleOffset();
            int row = b * 64;
            kept = keep(scan, widen(even, 0), codes, bias, scale, row, kept);
            kept = keep(scan, widen(even, 1), codes, bias + 64, scale + 64, row + 16, kept);
            kept = keep(scan, widen(odd, 0), codes, bias + 128, scale + 128, row + 32, kept);
            kept = keep(scan, widen(odd, 1), codes, bias + 192, scale + 192, row + 48, kept);
        }
        return kept;
    }

    /// 64 lookups in a table of 256: two shuffles over 128 entries each, and the top bit of the code chooses.
    private static ByteVector lookup(MemorySegment codes, long p, MemorySegment tables, long t) {
        ByteVector c = ByteVector.fromMemorySegment(B, codes, p, LE);
        ByteVector low = c.selectFrom(ByteVector.fromMemorySegment(B, tables, t, LE),
                ByteVector.fromMemorySegment(B, tables, t + 64, LE));
        ByteVector high = c.selectFrom(ByteVector.fromMemorySegment(B, tables, t + 128, LE),
                ByteVector.fromMemorySegment(B, tables, t + 192, LE));
        return low.blend(high, c.compare(VectorOperators.LT, (byte) 0));
    }

    private static IntVector widen(ShortVector sums, int part) {
        return (IntVector) sums.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, part);
    }

    /// Sixteen sums to bounds; stores those below the threshold one after another.
    private static int keep(BlockScan scan, IntVector sums, MemorySegment codes, long biasAt, long scaleAt, int row, int kept) {
        FloatVector value = ((FloatVector) sums.convert(VectorOperators.I2F, 0))
                .fma(FloatVector.broadcast(F, scan.tables().step()), FloatVector.broadcast(F, scan.tables().base()));
        IntVector scaleError = IntVector.fromMemorySegment(I, codes, scaleAt, LE);
        FloatVector scale = scaleError.and(0xffff0000).reinterpretAsFloats();
        FloatVector error = scaleError.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector bias = FloatVector.fromMemorySegment(F, codes, biasAt, LE).add(scan.offset);
        FloatVector bound = error.fma(FloatVector.broadcast(F, -scan.width), scale.fma(value, bias));
        VectorMask<Float> below = bound.compare(VectorOperators.LT, scan.threshold);
        if (below.anyTrue()) {
            bound.compress(below).intoArray(scan.bounds, kept);
            IOTA.add(row).compress(below.cast(I)).intoArray(scan.places, kept);
            return kept + below.trueCount();
        }
        return kept;
    }
}
