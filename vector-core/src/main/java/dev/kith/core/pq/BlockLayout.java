package dev.kith.core.pq;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// How the codes of a block of rows lie in memory, transposed so that one register holds one or two subspaces of all rows
/// (the FastScan layout of Andre, Kermarrec and Le Scouarnec 2015, as FAISS arranges it, fitted to 64-byte registers).
/// After the codes come two words a row that turn a sum of table entries into a distance.
///
/// *Four-bit codes*, 32 rows a block. A chunk of 64 bytes holds subspaces `4c .. 4c+3`: byte `lane(row)` has subspace `4c` in
/// its low and `4c+2` in its high half, byte `32 + lane(row)` has `4c+1` and `4c+3`. The number of subspaces is padded with
/// zeros to a multiple of eight.
///
/// *Eight-bit codes*, 64 rows a block. A chunk of 64 bytes is one subspace: byte `lane(row)` is its value. Padded to a multiple
/// of four subspaces.
///
/// `lane(row)` is `2 * row` for the first half of a block and `2 * (row - rows / 2) + 1` for the second, so that the even and
/// odd bytes of a register widen into rows in their order.
///
/// | part of a block | bytes |
/// |---|---|
/// | codes | `64 * chunks` |
/// | bias, float32 a row | `4 * rows` |
/// | scale and error, two bfloat16 a row: `scale << 16 \| error` | `4 * rows` |
///
/// @param bits 4 or 8
/// @param subspaces values of a code
public record BlockLayout(int bits, int subspaces) {
    static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The largest number of subspaces whose sums fit the 16-bit accumulators.
    public static final int MAX_SUBSPACES = 1024;

    /// Checks the ranges.
    public BlockLayout {
        if (bits != 4 && bits != 8) {
            throw new IllegalArgumentException("bits must be 4 or 8, was " + bits);
        }
        if (subspaces < 1 || subspaces > MAX_SUBSPACES) {
            throw new IllegalArgumentException("subspaces must be 1 to " + MAX_SUBSPACES + ", was " + subspaces);
        }
    }

    /// The layout for codes of a quantizer.
    public static BlockLayout of(ProductQuantizer quantizer) {
        return new BlockLayout(quantizer.bits(), quantizer.subspaces());
    }

    /// Rows of a block.
    public int rows() {
        return bits == 4 ? 32 : 64;
    }

    /// Lookup tables, one a subspace, padded.
    public int tables() {
        return bits == 4 ? (subspaces + 7) & -8 : (subspaces + 3) & -4;
    }

    /// Registers of codes in a block.
    public int chunks() {
        return bits == 4 ? tables() / 4 : tables();
    }

    /// Where the biases begin.
    public int biasOffset() {
        return 64 * chunks();
    }

    /// Where the scales and errors begin.
    public int scaleOffset() {
        return biasOffset() + 4 * rows();
    }

    /// Bytes of a block, a multiple of 64.
    public int blockBytes() {
        return scaleOffset() + 4 * rows();
    }

    /// Blocks that hold `count` rows.
    public int blocks(int count) {
        return (count + rows() - 1) / rows();
    }

    /// Writes one row into a block that was zeroed before.
    ///
    /// @param at where the block begins
    /// @param row place in the block
    /// @param code one byte a subspace, from `from`
    public void put(MemorySegment block, long at, int row, byte[] code, int from) {
        for (int s = 0; s < subspaces; s++) {
            long byteAt = at + codeByte(s, row);
            if (bits == 8) {
                block.set(ValueLayout.JAVA_BYTE, byteAt, code[from + s]);
            } else {
                int old = block.get(ValueLayout.JAVA_BYTE, byteAt);
                block.set(ValueLayout.JAVA_BYTE, byteAt, (byte) (old | (code[from + s] & 15) << shift(s)));
            }
        }
    }

    /// Reads one row of a block back, one byte a subspace.
    public void get(MemorySegment block, long at, int row, byte[] code, int to) {
        for (int s = 0; s < subspaces; s++) {
            int b = block.get(ValueLayout.JAVA_BYTE, at + codeByte(s, row));
            code[to + s] = (byte) (bits == 8 ? b : b >>> shift(s) & 15);
        }
    }

    /// Writes what turns the sum of a row into a distance.
    ///
    /// @param scaleError of [#pack(float, float)]
    public void putFactors(MemorySegment block, long at, int row, float bias, int scaleError) {
        block.set(FLOAT_LE, at + biasOffset() + 4L * row, bias);
        block.set(INT_LE, at + scaleOffset() + 4L * row, scaleError);
    }

    /// The bias of a row.
    public float bias(MemorySegment block, long at, int row) {
        return block.get(FLOAT_LE, at + biasOffset() + 4L * row);
    }

    /// The packed scale and error of a row.
    public int scaleError(MemorySegment block, long at, int row) {
        return block.get(INT_LE, at + scaleOffset() + 4L * row);
    }

    /// Scale and error as two bfloat16 in one int; the scale rounded to nearest, the error upwards so that a bound stays one.
    public static int pack(float scale, float error) {
        int high = (Float.floatToRawIntBits(scale) + 0x8000) & 0xffff0000;
        int low = (Float.floatToRawIntBits(error) + 0xffff) >>> 16;
        return high | low;
    }

    /// The scale in a packed pair.
    public static float scale(int scaleError) {
        return Float.intBitsToFloat(scaleError & 0xffff0000);
    }

    /// The error in a packed pair.
    public static float error(int scaleError) {
        return Float.intBitsToFloat(scaleError << 16);
    }

    /// Where a row stands in a register of codes.
    int lane(int row) {
        int half = rows() / 2;
        return row < half ? 2 * row : 2 * (row - half) + 1;
    }

    private int codeByte(int subspace, int row) {
        return bits == 8
                ? 64 * subspace + lane(row)
                : 64 * (subspace / 4) + 32 * (subspace & 1) + lane(row);
    }

    private static int shift(int subspace) {
        return (subspace & 2) == 0 ? 0 : 4;
    }
}
