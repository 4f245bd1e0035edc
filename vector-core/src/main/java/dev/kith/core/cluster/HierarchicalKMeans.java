package dev.kith.core.cluster;

import dev.kith.core.BuildControl;
import java.util.Arrays;

/// Thousands of centroids in a fraction of flat k-means' time: the points are cut into about sqrt(k) parts, each part is
/// clustered alone with a share of the centroids that follows its size, and a few flat iterations over everything then mend
/// the borders between parts. Cost of the hierarchy: `count * sqrt(k) * dimension` an iteration instead of
/// `count * k * dimension`.
public final class HierarchicalKMeans {
    /// Multiply-adds one flat mending iteration may cost; beyond it the borders stay as the hierarchy left them.
    private static final double MENDING_BUDGET = 4e11;
    private static final int MENDING_ITERATIONS = 2;
    private static final int FLAT_LIMIT = 64;
    private static final int POINTS_A_PART = 256;

    private HierarchicalKMeans() {}

    /// Trains `k` centroids, shape (k, dimension), from row-major points, shape (count, dimension).
    public static float[] train(float[] points, int count, int dimension, int k, KMeansParameters parameters,
            BuildControl control) {
        if (k <= FLAT_LIMIT || count <= 2L * k) {
            return KMeans.train(points, count, dimension, k, parameters, control);
        }
        float[] centroids = split(points, count, dimension, k, parameters, control);
        if ((double) count * k * dimension > MENDING_BUDGET) {
            return centroids;
        }
        KMeansParameters mending = parameters.withIterations(Math.min(MENDING_ITERATIONS, parameters.iterations()));
        return KMeans.refine(points, count, dimension, centroids, mending, control);
    }

    /// Bytes that [#train] takes at its peak beside the points it is given, on `threads` threads.
    public static long bytes(int count, int dimension, int k, int threads) {
        if (k <= FLAT_LIMIT || count <= 2L * k) {
            return KMeans.bytes(count, dimension, k, threads);
        }
        int parts = (int) Math.round(Math.sqrt(k));
        int some = Math.min(count, parts * POINTS_A_PART);
        long tops = 4L * some * dimension + KMeans.bytes(some, dimension, parts, threads);
        long part = 8L * count + 4L * (parts + k) * dimension;
        int own = 2 * (count / parts); // of a part that is larger than others
        long clustering = part + 4L * own * dimension + KMeans.bytes(own, dimension, 2 * (k / parts), threads);
        boolean mended = (double) count * k * dimension <= MENDING_BUDGET;
        long mending = mended ? 4L * k * dimension + KMeans.bytes(count, dimension, k, threads) : 0;
        return Math.max(tops, Math.max(clustering, mending));
    }

    /// Centroids of the parts, from some hundreds of points for each: the parts are only there to be clustered alone, and all points
    /// would take longer than everything that comes after.
    private static float[] tops(float[] points, int count, int dimension, int parts, KMeansParameters parameters,
            BuildControl control) {
        int wanted = Math.min(count, parts * POINTS_A_PART);
        float[] some = new float[wanted * dimension];
        for (int i = 0; i < wanted; i++) {
            System.arraycopy(points, (int) ((long) i * count / wanted) * dimension, some, i * dimension, dimension);
        }
        return KMeans.train(some, wanted, dimension, parts, parameters, control);
    }

    private static float[] split(float[] points, int count, int dimension, int k, KMeansParameters parameters,
            BuildControl control) {
        int parts = (int) Math.round(Math.sqrt(k));
        float[] tops = tops(points, count, dimension, parts, parameters, control);
        int[] part = new int[count];
        new CentroidAssigner(tops, parts, dimension, control.batchScorer()).nearest(points, count, 1, part, new float[count]);
        int[] sizes = new int[parts];
        for (int p : part) {
            sizes[p]++;
        }
        int[] shares = shares(sizes, count, k);
        float[] centroids = new float[Math.multiplyExact(k, dimension)];
        int done = 0;
        for (int t = 0; t < parts; t++) {
            if (shares[t] == 0) {
                continue;
            }
            float[] own = gather(points, dimension, part, t, sizes[t]);
            float[] trained = KMeans.train(own, sizes[t], dimension, shares[t], parameters.withSeed(parameters.seed() + 1 + t),
                    control);
            System.arraycopy(trained, 0, centroids, done * dimension, trained.length);
            done += shares[t];
            control.progress(done, k);
        }
        return centroids;
    }

    /// Centroids each part gets: its share of the points by largest remainder, at least one where it has points and never
    /// more than it has points.
    static int[] shares(int[] sizes, int count, int k) {
        int[] shares = new int[sizes.length];
        long[] remainders = new long[sizes.length];
        int given = 0;
        for (int t = 0; t < sizes.length; t++) {
            long exact = (long) sizes[t] * k;
            shares[t] = Math.min(sizes[t], Math.max(sizes[t] > 0 ? 1 : 0, (int) (exact / count)));
            remainders[t] = exact - (long) shares[t] * count;
            given += shares[t];
        }
        while (given != k) {
            int step = given < k ? 1 : -1;
            int best = -1;
            for (int t = 0; t < sizes.length; t++) {
                boolean may = step > 0 ? shares[t] < sizes[t] : shares[t] > 1;
                if (may && (best < 0 || step * (remainders[t] - remainders[best]) > 0)) {
                    best = t;
                }
            }
            if (best < 0) {
                throw new IllegalArgumentException("cannot share " + k + " centroids among " + count + " points "
                        + Arrays.toString(sizes));
            }
            shares[best] += step;
            remainders[best] -= (long) step * count;
            given += step;
        }
        return shares;
    }

    private static float[] gather(float[] points, int dimension, int[] part, int wanted, int size) {
        float[] own = new float[size * dimension];
        int n = 0;
        for (int p = 0; p < part.length; p++) {
            if (part[p] == wanted) {
                System.arraycopy(points, p * dimension, own, n++ * dimension, dimension);
            }
        }
        return own;
    }
}
