package dev.kith.core.pq;

import dev.kith.core.FaultGuard;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The kernels of [BlockScan] over four-bit codes where registers have fewer than 64 bytes: sixteen lookups in a table of sixteen entries are one
/// shuffle of a 16-byte register, on x86 (`pshufb`) and ARM (`tbl`) alike. Loaded only where `jdk.incubator.vector` is present.
final class NarrowBlockScan {
    /// Rows of a block of four-bit codes.
    private static final int ROWS = 32;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> B = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> H = ShortVector.SPECIES_128;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 256
            ? FloatVector.SPECIES_256
            : FloatVector.SPECIES_PREFERRED;
    private static final int N = F.length();
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> HALF = VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

    private NarrowBlockScan() {}

    /// Sums of all rows of `blocks` blocks, as 16-bit numbers without a sign. A chunk's four tables serve its first and second 32 bytes in turns, and of
    /// each the low and the high halves ([BlockLayout]); bytes at even places are rows of the first half of a block.
    static void sums(BlockLayout layout, MemorySegment tables, MemorySegment codes, long at, int blocks, short[] sums) {
        int chunks = layout.chunks();
        FaultGuard.check(codes, at, at + (long) blocks * layout.blockBytes() - 1);
        for (int b = 0; b < blocks; b++) {
            for (int part = 0; part < 2; part++) {
                long from = at + (long) b * layout.blockBytes() + 16L * part;
                ShortVector even = ShortVector.zero(H);
                ShortVector odd = even;
                for (int i = 0; i < chunks; i++) {
                    ByteVector c = ByteVector.fromMemorySegment(B, codes, from + 64L * i, LE);
                    ByteVector d = ByteVector.fromMemorySegment(B, codes, from + 64L * i + 32, LE);
                    ByteVector w = c.and((byte) 15).selectFrom(ByteVector.fromMemorySegment(B, tables, 64L * i, LE));
                    ByteVector x = d.and((byte) 15).selectFrom(ByteVector.fromMemorySegment(B, tables, 64L * i + 16, LE));
                    ByteVector y = c.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and((byte) 15)
                            .selectFrom(ByteVector.fromMemorySegment(B, tables, 64L * i + 32, LE));
                    ByteVector z = d.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and((byte) 15)
                            .selectFrom(ByteVector.fromMemorySegment(B, tables, 64L * i + 48, LE));
                    ShortVector sum = w.add(x).add(y).add(z).reinterpretAsShorts();
                    even = sum.and((short) 255).add(even);
                    odd = sum.lanewise(VectorOperators.LSHR, 8).add(odd);
                }
                even.intoArray(sums, ROWS * b + 8 * part);
                odd.intoArray(sums, ROWS * b + ROWS / 2 + 8 * part);
            }
        }
    }

    /// Sums to bounds, a register of rows at a time; keeps those below the threshold.
    static int keep(BlockScan scan, MemorySegment codes, long at, int blocks, short[] sums) {
        BlockLayout layout = scan.layout();
        FaultGuard.check(codes, at, at + (long) blocks * layout.blockBytes() - 1);
        FloatVector step = FloatVector.broadcast(F, scan.tables().step());
        FloatVector base = FloatVector.broadcast(F, scan.tables().base());
        FloatVector width = FloatVector.broadcast(F, -scan.width);
        float offset = scan.offset;
        float threshold = scan.threshold;
        float[] bounds = scan.bounds;
        int[] places = scan.places;
        float[] lanes = scan.lanes;
        int kept = 0;
        for (int b = 0; b < blocks; b++) {
            long factors = at + (long) b * layout.blockBytes() + layout.biasOffset();
            for (int r = 0; r < ROWS; r += N) {
                IntVector sum = (IntVector) ShortVector.fromArray(HALF, sums, b * ROWS + r)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
                FloatVector value = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(step, base);
                IntVector scaleError = IntVector.fromMemorySegment(I, codes, factors + 4L * (ROWS + r), LE);
                FloatVector scale = scaleError.and(0xffff0000).reinterpretAsFloats();
                FloatVector error = scaleError.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
                FloatVector bias = FloatVector.fromMemorySegment(F, codes, factors + 4L * r, LE).add(offset);
                FloatVector bound = error.fma(width, scale.fma(value, bias));
                long below = bound.compare(VectorOperators.LT, threshold).toLong();
                if (below != 0) {
                    bound.intoArray(lanes, 0);
                    for (; below != 0; below &= below - 1) {
                        int lane = Long.numberOfTrailingZeros(below);
                        bounds[kept] = lanes[lane];
                        places[kept++] = b * ROWS + r + lane;
                    }
                }
            }
        }
        return kept;
    }
}
