package dev.kith.core.cluster;

import dev.kith.core.ListKernels;
import java.util.Arrays;
import java.util.Objects;

/// Centroids packed for [DotTiles], answering which of them are nearest (by squared L2) to each of many points. Exact up to
/// float rounding; ties are won by the smaller centroid. Immutable and thread-safe; each call allocates its own scratch.
public final class CentroidTable {
    private final int count;
    private final int dimension;
    private final float[] packed;
    private final float[] halfNorms;
    private final int width;

    /// @param centroids row-major, shape (count, dimension); copied
    public CentroidTable(float[] centroids, int count, int dimension) {
        this(centroids, count, dimension, true);
    }

    /// A table that calls those centroids nearest whose inner products with a point are largest. The distances it writes say
    /// nothing.
    public static CentroidTable byInnerProduct(float[] centroids, int count, int dimension) {
        return new CentroidTable(centroids, count, dimension, false);
    }

    private CentroidTable(float[] centroids, int count, int dimension, boolean norms) {
        Objects.checkFromIndexSize(0, Math.multiplyExact(count, dimension), centroids.length);
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
        this.count = count;
        this.dimension = dimension;
        this.packed = DotTiles.pack(centroids, count, dimension);
        this.width = (count + DotTiles.GROUP - 1) / DotTiles.GROUP * DotTiles.GROUP;
        this.halfNorms = new float[width];
        Arrays.fill(halfNorms, count, width, Float.POSITIVE_INFINITY); // padding is never the nearest
        for (int c = 0; c < count; c++) {
            double sum = 0;
            for (int i = 0; i < dimension; i++) {
                float x = centroids[c * dimension + i];
                sum += (double) x * x;
            }
            halfNorms[c] = norms ? (float) (sum / 2) : 0f;
        }
    }

    /// Number of centroids.
    public int count() {
        return count;
    }

    /// Components of a centroid.
    public int dimension() {
        return dimension;
    }

    /// The nearest centroid of each of `pointCount` row-major points.
    ///
    /// @param nearest receives the centroids
    /// @param distances receives the squared distances
    public void nearest(float[] points, int pointCount, int[] nearest, float[] distances) {
        nearest(points, pointCount, 1, nearest, distances);
    }

    /// The `k` nearest centroids of each of `pointCount` row-major points, nearest first.
    ///
    /// @param k at most [#count()]
    /// @param nearest receives the centroids, shape (pointCount, k)
    /// @param distances receives the squared distances, shape (pointCount, k)
    public void nearest(float[] points, int pointCount, int k, int[] nearest, float[] distances) {
        Objects.checkFromIndexSize(0, Math.multiplyExact(pointCount, dimension), points.length);
        Objects.checkFromIndexSize(0, Math.multiplyExact(pointCount, k), Math.min(nearest.length, distances.length));
        if (k < 1 || k > count) {
            throw new IllegalArgumentException("k must be 1 to " + count + ", was " + k);
        }
        float[] dots = new float[DotTiles.POINTS * width];
        int p = 0;
        for (; p + DotTiles.POINTS <= pointCount; p += DotTiles.POINTS) {
            DotTiles.dots(points, p * dimension, dimension, packed, width / DotTiles.GROUP, dots);
            select(points, p, DotTiles.POINTS, k, dots, nearest, distances);
        }
        if (p < pointCount) {
            float[] tail = new float[DotTiles.POINTS * dimension];
            System.arraycopy(points, p * dimension, tail, 0, (pointCount - p) * dimension);
            DotTiles.dots(tail, 0, dimension, packed, width / DotTiles.GROUP, dots);
            select(points, p, pointCount - p, k, dots, nearest, distances);
        }
    }

    private void select(float[] points, int first, int n, int k, float[] dots, int[] nearest, float[] distances) {
        for (int i = 0; i < n; i++) {
            int at = (first + i) * k;
            float least = halfDistances(dots, i * width);
            if (k == 1) {
                nearest[at] = indexOf(dots, i * width, least);
                distances[at] = least;
            } else {
                selectMany(dots, i * width, k, nearest, distances, at);
            }
            float norm = squaredNorm(points, (first + i) * dimension, dimension);
            for (int j = at; j < at + k; j++) {
                distances[j] = Math.max(0f, 2 * distances[j] + norm);
            }
        }
    }

    private float halfDistances(float[] dots, int from) {
        if (ListKernels.simd()) {
            return SimdDotTiles.halfDistances(dots, from, halfNorms, width);
        }
        float least = Float.POSITIVE_INFINITY;
        for (int j = 0; j < width; j++) {
            float d = halfNorms[j] - dots[from + j];
            dots[from + j] = d;
            least = Math.min(least, d);
        }
        return least;
    }

    private int indexOf(float[] values, int from, float value) {
        for (int j = 0; j < count; j++) {
            if (values[from + j] == value) {
                return j;
            }
        }
        throw new IllegalArgumentException("a point or a centroid is not finite");
    }

    /// Insertion into a short sorted run; the register-wide skip makes the common case a compare.
    private void selectMany(float[] values, int from, int k, int[] nearest, float[] distances, int at) {
        int held = 0;
        int j = 0;
        boolean simd = ListKernels.simd();
        int step = simd ? SimdDotTiles.lanes() : 1;
        while (j < width) {
            float bound = held < k ? Float.POSITIVE_INFINITY : distances[at + k - 1];
            if (held == k && simd) {
                j = SimdDotTiles.nextBelow(values, from, j, width, bound);
            }
            for (int e = Math.min(j + step, width); j < e; j++) {
                float d = values[from + j];
                if (d < (held < k ? Float.POSITIVE_INFINITY : distances[at + k - 1])) {
                    int slot = held < k ? held++ : k - 1;
                    while (slot > 0 && distances[at + slot - 1] > d) {
                        distances[at + slot] = distances[at + slot - 1];
                        nearest[at + slot] = nearest[at + slot - 1];
                        slot--;
                    }
                    distances[at + slot] = d;
                    nearest[at + slot] = j;
                }
            }
        }
        if (held < k) {
            throw new IllegalArgumentException("a point or a centroid is not finite");
        }
    }

    /// In eight sums, as one would wait for itself at every step.
    static float squaredNorm(float[] rows, int from, int dimension) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = from;
        int to = from + dimension;
        for (; i + 7 < to; i += 8) {
            a = Math.fma(rows[i], rows[i], a);
            b = Math.fma(rows[i + 1], rows[i + 1], b);
            c = Math.fma(rows[i + 2], rows[i + 2], c);
            d = Math.fma(rows[i + 3], rows[i + 3], d);
            e = Math.fma(rows[i + 4], rows[i + 4], e);
            f = Math.fma(rows[i + 5], rows[i + 5], f);
            g = Math.fma(rows[i + 6], rows[i + 6], g);
            h = Math.fma(rows[i + 7], rows[i + 7], h);
        }
        for (; i < to; i++) {
            a = Math.fma(rows[i], rows[i], a);
        }
        return (a + e) + (b + f) + ((c + g) + (d + h));
    }
}
