package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
        /// Row by row.
        SCALAR;

        static Kernel best() {
            return VectorKernels.simd() && SimdBlockScan.WIDE_REGISTERS ? WIDE : SCALAR;
        }
    }

    private final BlockLayout layout;
    private final ByteTables tables;
    private final int[] sums;
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
        this.layout = BlockLayout.of(quantizer);
        this.tables = new ByteTables(quantizer, arena);
        int rows = MAX_BLOCKS * layout.rows() + 16; // a compressed register may be stored whole past the last kept row
        this.sums = new int[rows];
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
        return switch (KERNEL) {
            case WIDE -> blocks > 0 && ListKernels.simd() ? wide(codes, at, blocks) : scalar(codes, at, blocks);
            case SCALAR -> scalar(codes, at, blocks);
        };
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
        byte[] code = new byte[layout.subspaces()];
        int centroids = 1 << layout.bits();
        MemorySegment entries = tables.bytes();
        for (int b = 0; b < blocks; b++) {
            long block = at + (long) b * layout.blockBytes();
            for (int r = 0; r < layout.rows(); r++) {
                layout.get(codes, block, r, code, 0);
                int sum = 0;
                for (int s = 0; s < code.length; s++) {
                    sum += entries.get(ValueLayout.JAVA_BYTE, (long) s * centroids + (code[s] & 0xff));
                }
                int scaleError = layout.scaleError(codes, block, r);
                float value = Math.fma((float) sum, tables.step(), tables.base());
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
}
