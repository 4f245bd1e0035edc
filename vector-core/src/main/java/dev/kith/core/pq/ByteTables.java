package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A lookup table squeezed into six bits an entry, the form [BlockScan] adds up: `entry = (value - least of its subspace) / step`,
/// rounded, in [0, 63]. Six bits, because four entries then add up within a byte before they are widened, and because the error
/// (a standard deviation of `0.29 * step * sqrt(subspaces)`) is several times below that of the codes themselves.
///
/// A sum of entries is worth `base + step * sum`. Scratch of one searcher: filled anew for every query. Not thread-safe.
public final class ByteTables {
    /// Largest entry.
    static final int MAX_ENTRY = 63;

    private final int subspaces;
    private final int centroids;
    private final MemorySegment bytes;
    /// Least value of each subspace, then the width of the widest.
    private final float[] least;
    private float base;
    private float step;

    /// @param arena where the entries live
    public ByteTables(ProductQuantizer quantizer, Arena arena) {
        this.subspaces = quantizer.subspaces();
        this.centroids = quantizer.centroids();
        int padded = BlockLayout.of(quantizer).tables();
        this.bytes = arena.allocate((long) padded * centroids, 64); // zero beyond the subspaces
        this.least = new float[subspaces + 1];
    }

    /// Fills the entries from a float table of shape (subspaces, centroids).
    public void fill(float[] table) {
        boolean simd = ListKernels.simd() && SimdTables.BYTES_FIT;
        if (simd) {
            SimdTables.ranges(table, subspaces, centroids, least);
        } else {
            ranges(table);
        }
        double sum = 0;
        for (int s = 0; s < subspaces; s++) {
            sum += least[s];
        }
        base = (float) sum;
        step = least[subspaces] / MAX_ENTRY;
        float inverse = step > 0 ? 1 / step : 0;
        if (simd) {
            SimdTables.entries(table, subspaces, centroids, least, inverse, bytes);
        } else {
            entries(table, inverse);
        }
    }

    /// The scalar twin of [SimdTables#ranges].
    private void ranges(float[] table) {
        float widest = 0;
        for (int s = 0; s < subspaces; s++) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (int c = s * centroids; c < (s + 1) * centroids; c++) {
                min = Math.min(min, table[c]);
                max = Math.max(max, table[c]);
            }
            least[s] = min;
            widest = Math.max(widest, max - min);
        }
        least[subspaces] = widest;
    }

    /// The scalar twin of [SimdTables#entries].
    private void entries(float[] table, float inverse) {
        for (int i = 0; i < subspaces * centroids; i++) {
            int entry = (int) Math.min(MAX_ENTRY, (table[i] - least[i / centroids]) * inverse + 0.5f);
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) entry);
        }
    }

    /// The scalar twin of [#fill]; judges it.
    void fillScalar(float[] table) {
        ranges(table);
        double sum = 0;
        for (int s = 0; s < subspaces; s++) {
            sum += least[s];
        }
        base = (float) sum;
        step = least[subspaces] / MAX_ENTRY;
        entries(table, step > 0 ? 1 / step : 0);
    }

    /// What a sum of zero is worth.
    public float base() {
        return base;
    }

    /// What one unit of a sum is worth.
    public float step() {
        return step;
    }

    /// The entries, shape (tables, centroids), native and 64-byte aligned.
    MemorySegment bytes() {
        return bytes;
    }
}
