package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/// Scans blocks of codes with the tables of one query and keeps the rows whose least possible distance is below a threshold:
///
/// `bound = offset + bias + scale * (base + step * sum) - error * width`
///
/// where `sum` adds up the table entries of the row's code, `bias`, `scale` and `error` are the row's own factors, and `offset`
/// and `width` belong to the query and the list. With `width` 0 the bound is the estimated distance itself.
///
/// Scratch of one searcher: the fields are the arguments of the next [#scan], because a kernel that takes ten arguments is not
/// inlined. All kernels give the same bits. Not thread-safe.
public final class BlockScan {
    /// Blocks one call may scan.
    public static final int MAX_BLOCKS = 16;

    private static final Kernel KERNEL = Kernel.best();

    /// The kernels; the names appear in explanations and benchmarks.
    enum Kernel {
        /// 64-byte registers and byte shuffles across all of them (AVX-512).
        WIDE,
        /// Shuffles of 16 bytes for codes of four bits (AVX2, NEON); codes of eight bits are looked up one by one.
        NARROW,
        /// Lookups one by one.
        SCALAR;

        static Kernel best() {
            if (!VectorKernels.simd()) {
                return SCALAR;
            }
            return SimdBlockScan.WIDE_REGISTERS ? WIDE : NARROW;
        }
    }

    private final BlockLayout layout;
    private final ByteTables tables;
    private final Kernel kernel;
    private final int[] sums;
    private final short[] shortSums;
    /// Scratch of a register.
    final float[] lanes = new float[16];
    /// Added to every distance of the scan.
    public float offset;
    /// Multiplies the error of each row.
    public float width;
    /// Rows at or above this are not kept.
    public float threshold;
    /// Bounds of the rows kept by the last scan.
    public final float[] bounds;
    /// Their places, counted from the first row of the first block scanned.
    public final int[] places;

    /// @param quantizer made the codes
    /// @param arena owns the memory of the tables
    public BlockScan(ProductQuantizer quantizer, Arena arena) {
        this(quantizer, arena, KERNEL);
    }

    BlockScan(ProductQuantizer quantizer, Arena arena, Kernel kernel) {
        this.layout = BlockLayout.of(quantizer);
        this.tables = new ByteTables(quantizer, arena);
        int rows = MAX_BLOCKS * layout.rows() + 16; // a compressed register may be stored whole past the last kept row
        this.kernel = kernel == Kernel.NARROW && layout.bits() == 8 ? Kernel.SCALAR : kernel;
        this.sums = new int[this.kernel == Kernel.WIDE ? rows : layout.rows()];
        this.shortSums = new short[this.kernel == Kernel.NARROW ? rows : 0];
        this.bounds = new float[rows];
        this.places = new int[rows];
    }

    /// The tables the next scan uses.
    public ByteTables tables() {
        return tables;
    }

    /// The layout of the blocks.
    public BlockLayout layout() {
        return layout;
    }

    /// Name of the kernel that runs here.
    public static String kernel() {
        return KERNEL.name();
    }

    /// Scans `blocks` blocks from byte `at`; returns how many rows were kept in [#bounds] and [#places]. Rows that pad the last
    /// block are the caller's to refuse.
    ///
    /// @param codes native memory
    /// @param blocks at most [#MAX_BLOCKS]
    public int scan(MemorySegment codes, long at, int blocks) {
        Objects.checkFromIndexSize(0, blocks, MAX_BLOCKS);
        Objects.checkFromIndexSize(at, (long) blocks * layout.blockBytes(), codes.byteSize());
        if (kernel == Kernel.SCALAR || blocks == 0 || !ListKernels.simd()) {
            return scalar(codes, at, blocks);
        }
        if (kernel == Kernel.WIDE) {
            return wide(codes, at, blocks);
        }
        NarrowBlockScan.sums(layout, tables.bytes(), codes, at, blocks, shortSums);
        return NarrowBlockScan.keep(this, codes, at, blocks, shortSums);
    }

    private int wide(MemorySegment codes, long at, int blocks) {
        if (layout.bits() == 4) {
            SimdBlockScan.sums4(layout, tables.bytes(), codes, at, blocks, sums);
        } else {
            SimdBlockScan.sums8(layout, tables.bytes(), codes, at, blocks, sums);
        }
        return SimdBlockScan.keep(this, codes, at, blocks, sums);
    }

    /// The scalar twin; judges the SIMD kernels.
    int scalar(MemorySegment codes, long at, int blocks) {
        int kept = 0;
        for (int b = 0; b < blocks; b++) {
            long block = at + (long) b * layout.blockBytes();
            Arrays.fill(sums, 0, layout.rows(), 0);
            for (int c = 0; c < layout.chunks(); c++) {
                if (layout.bits() == 4) {
                    add4(codes, block + 64L * c, 64L * c);
                } else {
                    add8(codes, block + 64L * c, 256L * c);
                }
            }
            for (int r = 0; r < layout.rows(); r++) {
                int scaleError = layout.scaleError(codes, block, r);
                float value = Math.fma((float) sums[layout.lane(r)], tables.step(), tables.base());
                float distance = Math.fma(BlockLayout.scale(scaleError), value, layout.bias(codes, block, r) + offset);
                float bound = Math.fma(BlockLayout.error(scaleError), -width, distance);
                if (bound < threshold) {
                    bounds[kept] = bound;
                    places[kept++] = b * layout.rows() + r;
                }
            }
        }
        return kept;
    }

    /// Adds the entries of a chunk, whose four tables begin at `table`, to the sums by lanes.
    private void add4(MemorySegment codes, long chunk, long table) {
        MemorySegment entries = tables.bytes();
        for (int half = 0; half < 2; half++) {
            for (int lane = 0; lane < 32; lane++) {
                int code = codes.get(ValueLayout.JAVA_BYTE, chunk + 32 * half + lane);
                sums[lane] += entries.get(ValueLayout.JAVA_BYTE, table + 16 * half + (code & 15))
                        + entries.get(ValueLayout.JAVA_BYTE, table + 32 + 16 * half + (code >>> 4 & 15));
            }
        }
    }

    private void add8(MemorySegment codes, long chunk, long table) {
        MemorySegment entries = tables.bytes();
        for (int lane = 0; lane < 64; lane++) {
            sums[lane] += entries.get(ValueLayout.JAVA_BYTE, table + (codes.get(ValueLayout.JAVA_BYTE, chunk + lane) & 0xff));
        }
    }
}
