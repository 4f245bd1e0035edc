package dev.kith.core.cluster;

import dev.kith.core.TopK;
import dev.kith.core.VectorKernels;
import java.util.Arrays;
import java.util.Objects;

/// The nearest rows for each of many queries, where each query looks at its own choice of blocks of rows: what building a graph
/// spends most of its time in. A block is packed once and multiplied with eight queries at a time ([DotTiles]). The order is
/// that of `half(row) - query . row`, with half the squared norm of the row for squared L2 and 0 for inner products: the order
/// of distances, up to float rounding. Every machine rounds in the same way.
///
/// Each query keeps up to `2 * k` candidates and a bound; when they are full, the farther half is dropped and the bound
/// falls. Of many rows at exactly one distance only a few are kept, or a crowd of equal rows would leave no place for
/// others. A row whose product is not a number is nobody's neighbour. Not thread-safe; allocates nothing after construction.
public final class NeighbourTiles {
    /// Rows at one distance, such as equal ones, that a query keeps: the smallest ordinals of a crowd stand for all of it.
    private static final int CROWD = 8;
    private static final boolean SIMD = VectorKernels.simd();

    private final int dimension;
    private final int k;
    private final int room;
    private final float[] packed;
    private final float[] halves;
    private final int[] ordinals;
    private final float[] tile;
    private final float[] dots;
    private final float[] bounds;
    private final long[] keys;
    private final int[] held;
    private int groups;

    /// @param queries most queries at once, at least 1
    /// @param block most rows of a block, at least 1
    /// @param k neighbours to keep, at least 1
    public NeighbourTiles(int queries, int block, int dimension, int k) {
        if (queries < 1 || block < 1 || dimension < 1 || k < 1) {
            throw new IllegalArgumentException("queries, block, dimension and k must be at least 1, were " + queries + ", "
                    + block + ", " + dimension + " and " + k);
        }
        int width = width(block);
        this.dimension = dimension;
        this.k = k;
        this.room = Math.multiplyExact(2, k);
        this.packed = new float[Math.multiplyExact(width, dimension)];
        this.halves = new float[width];
        this.ordinals = new int[width];
        this.tile = new float[Math.multiplyExact(DotTiles.POINTS, dimension)];
        this.dots = new float[DotTiles.POINTS * width];
        this.bounds = new float[queries];
        this.keys = new long[Math.multiplyExact(queries, room)];
        this.held = new int[queries];
    }

    private static int width(int rows) {
        return (rows + DotTiles.GROUP - 1) / DotTiles.GROUP * DotTiles.GROUP;
    }

    /// Has the kernels compiled before the first of these is used, if the work is worth it.
    ///
    /// @param multiplyAdds that all of them will do
    public static void prepare(double multiplyAdds) {
        TileDrills.before(multiplyAdds);
    }

    /// Bytes one of these takes.
    public static long bytes(int queries, int block, int dimension, int k) {
        return width(block) * (4L * dimension + 8 + 4L * DotTiles.POINTS) + 4L * DotTiles.POINTS * dimension
                + queries * (16L * k + 8);
    }

    /// Forgets all candidates.
    public void begin() {
        Arrays.fill(held, 0);
        Arrays.fill(bounds, Float.POSITIVE_INFINITY);
    }

    /// Takes the block that is offered next.
    ///
    /// @param rows row-major, shape (count, dimension)
    /// @param rowHalves what each row's distances begin with
    /// @param rowOrdinals what each row is called, from `from` on
    public void block(float[] rows, float[] rowHalves, int[] rowOrdinals, int from, int count) {
        Objects.checkFromIndexSize(0, Math.multiplyExact(count, dimension), rows.length);
        int width = width(count);
        Objects.checkFromIndexSize(0, width, halves.length);
        groups = width / DotTiles.GROUP;
        DotTiles.pack(rows, count, dimension, packed);
        System.arraycopy(rowHalves, 0, halves, 0, count);
        Arrays.fill(halves, count, width, Float.POSITIVE_INFINITY); // padding is nobody's neighbour
        System.arraycopy(rowOrdinals, from, ordinals, 0, count);
    }

    /// Offers the block to `count` queries.
    ///
    /// @param queries row-major
    /// @param which rows of `queries`, from `from` on
    public void offer(float[] queries, int[] which, int from, int count) {
        int width = groups * DotTiles.GROUP;
        for (int first = from; first < from + count; first += DotTiles.POINTS) {
            int n = Math.min(DotTiles.POINTS, from + count - first);
            for (int j = 0; j < n; j++) {
                System.arraycopy(queries, which[first + j] * dimension, tile, j * dimension, dimension);
            }
            DotTiles.dots(tile, 0, dimension, packed, groups, dots);
            for (int j = 0; j < n; j++) {
                select(which[first + j], j * width, width);
            }
        }
    }

    private void select(int q, int at, int width) {
        for (int lane = 0; lane < width; lane += DotTiles.GROUP) {
            int near = SIMD
                    ? SimdDotTiles.below(halves, lane, dots, at + lane, bounds[q])
                    : below(halves, lane, dots, at + lane, bounds[q]);
            for (; near != 0; near &= near - 1) {
                int i = lane + Integer.numberOfTrailingZeros(near);
                push(q, TopK.key(halves[i] - dots[at + i], ordinals[i]));
            }
        }
    }

    /// Bit `i` is set if `halves[lane + i] - dots[at + i] < bound`. The scalar twin of [SimdDotTiles#below].
    static int below(float[] halves, int lane, float[] dots, int at, float bound) {
        int bits = 0;
        for (int i = 0; i < DotTiles.GROUP; i++) {
            bits |= halves[lane + i] - dots[at + i] < bound ? 1 << i : 0;
        }
        return bits;
    }

    private void push(int q, long key) {
        int base = q * room;
        keys[base + held[q]++] = key;
        if (held[q] == room) {
            thin(q);
        }
    }

    /// Drops what cannot be among the nearest, and all but the first few of a crowd at one distance.
    private void thin(int q) {
        int base = q * room;
        if (held[q] > k) {
            smallest(keys, base, base + held[q], k);
            held[q] = k;
        }
        int count = held[q];
        long nearest = Long.MAX_VALUE;
        long farthest = Long.MIN_VALUE;
        for (int i = base; i < base + count; i++) {
            nearest = Math.min(nearest, keys[i]);
            farthest = Math.max(farthest, keys[i]);
        }
        if (crowded(base, count, nearest) || crowded(base, count, farthest)) {
            held[q] = thinCrowds(base, count);
        }
        if (held[q] == k) {
            bounds[q] = TopK.distance(farthest);
        }
    }

    private boolean crowded(int base, int count, long key) {
        int same = 0;
        for (int i = base; i < base + count; i++) {
            same += keys[i] >> 32 == key >> 32 ? 1 : 0;
        }
        return same > CROWD;
    }

    private int thinCrowds(int base, int count) {
        Arrays.sort(keys, base, base + count);
        int n = 0;
        int same = 0;
        for (int i = 0; i < count; i++) {
            same = i > 0 && keys[base + i] >> 32 == keys[base + i - 1] >> 32 ? same + 1 : 0;
            if (same < CROWD) {
                keys[base + n++] = keys[base + i];
            }
        }
        return n;
    }

    /// Writes the neighbours of query `q` to `found`, in no order, and returns how many: `k`, or fewer where fewer were offered or
    /// crowds were thinned.
    public int take(int q, int[] found) {
        thin(q);
        for (int i = 0; i < held[q]; i++) {
            found[i] = TopK.ordinal(keys[q * room + i]);
        }
        return held[q];
    }

    /// Moves the `k` smallest of `[from, to)` to its front (Hoare's selection, the pivot the median of three). Partitions without a branch on a
    /// comparison, which a processor could only guess (Lomuto's, as in Edelkamp & Weiss 2016, "BlockQuicksort"). Keys are unequal.
    static void smallest(long[] keys, int from, int to, int k) {
        int low = from;
        int high = to - 1;
        int end = from + k - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int at = medianOf(keys, low, middle, high);
            long pivot = keys[at];
            keys[at] = keys[high];
            int store = low;
            for (int i = low; i < high; i++) {
                long key = keys[i];
                keys[i] = keys[store];
                keys[store] = key;
                store += key < pivot ? 1 : 0;
            }
            keys[high] = keys[store];
            keys[store] = pivot;
            if (end < store) {
                high = store - 1;
            } else if (end > store) {
                low = store + 1;
            } else {
                return;
            }
        }
    }

    private static int medianOf(long[] keys, int a, int b, int c) {
        long median = Math.max(Math.min(keys[a], keys[b]), Math.min(Math.max(keys[a], keys[b]), keys[c]));
        return median == keys[a] ? a : median == keys[b] ? b : c;
    }
}
