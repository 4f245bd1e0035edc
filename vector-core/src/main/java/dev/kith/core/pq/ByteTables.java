package dev.kith.core.pq;

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
    private final byte[] row;
    private final float[] least;
    private float base;
    private float step;

    /// @param arena where the entries live
    public ByteTables(ProductQuantizer quantizer, Arena arena) {
        this.subspaces = quantizer.subspaces();
        this.centroids = quantizer.centroids();
        int padded = BlockLayout.of(quantizer).tables();
        this.bytes = arena.allocate((long) padded * centroids, 64); // zero beyond the subspaces
        this.row = new byte[centroids];
        this.least = new float[subspaces];
    }

    /// Fills the entries from a float table of shape (subspaces, centroids).
    public void fill(float[] table) {
        float widest = 0;
        double sum = 0;
        for (int s = 0; s < subspaces; s++) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (int c = s * centroids; c < (s + 1) * centroids; c++) {
                min = Math.min(min, table[c]);
                max = Math.max(max, table[c]);
            }
            least[s] = min;
            sum += min;
            widest = Math.max(widest, max - min);
        }
        step = widest / MAX_ENTRY;
        base = (float) sum;
        float inverse = step > 0 ? 1 / step : 0;
        for (int s = 0; s < subspaces; s++) {
            for (int c = 0; c < centroids; c++) {
                row[c] = (byte) Math.min(MAX_ENTRY, (int) ((table[s * centroids + c] - least[s]) * inverse + 0.5f));
            }
            MemorySegment.copy(row, 0, bytes, ValueLayout.JAVA_BYTE, (long) s * centroids, centroids);
        }
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
