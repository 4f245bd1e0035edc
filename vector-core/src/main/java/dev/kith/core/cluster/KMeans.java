package dev.kith.core.cluster;

import dev.kith.core.BuildControl;
import dev.kith.core.BuildWorkers;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Lloyd's k-means over row-major points in squared L2, seeded and single-threaded, so the result depends on nothing but its
/// arguments, as long as the control offers no batch scorer that rounds otherwise.
///
/// Starts are k-means++ draws (Arthur and Vassilvitskii 2007) for few centroids and distinct random points for many, where the
/// quadratic cost of the draw buys nothing that the first iterations do not. Each iteration repairs empty clusters and splits
/// oversized ones: the smallest cluster gives up its centroid, which starts again beside the largest cluster's, both moved a
/// little apart along a random direction.
public final class KMeans {
    private static final int PLUS_PLUS_LIMIT = 64;
    private static final float STANDSTILL = 1e-4f;

    private final float[] points;
    private final int count;
    private final int dimension;
    private final int k;
    private final KMeansParameters parameters;
    private final SplittableRandom random;
    private final float[] centroids;
    private final int[] assigned;
    private final float[] distances;
    private final int[] sizes;

    private KMeans(float[] points, int count, int dimension, int k, KMeansParameters parameters) {
        this.points = points;
        this.count = count;
        this.dimension = dimension;
        this.k = k;
        this.parameters = parameters;
        this.random = new SplittableRandom(parameters.seed());
        this.centroids = new float[Math.multiplyExact(k, dimension)];
        this.assigned = new int[count];
        this.distances = new float[count];
        this.sizes = new int[k];
    }

    /// Trains `k` centroids, shape (k, dimension). With fewer distinct points than `k` some centroids repeat a point.
    ///
    /// @param points row-major, shape (count, dimension); not changed
    /// @param count at least 1
    public static float[] train(float[] points, int count, int dimension, int k, KMeansParameters parameters,
            BuildControl control) {
        check(points, count, dimension, k);
        TileDrills.before((double) count * k * dimension * parameters.iterations());
        KMeans run = new KMeans(points, count, dimension, k, parameters);
        run.start();
        run.iterate(parameters.iterations(), control);
        return run.centroids;
    }

    /// Goes on from given centroids for at most `parameters.iterations()`; returns new centroids of the same shape.
    public static float[] refine(float[] points, int count, int dimension, float[] centroids, KMeansParameters parameters,
            BuildControl control) {
        int k = centroids.length / dimension;
        check(points, count, dimension, k);
        TileDrills.before((double) count * k * dimension * parameters.iterations());
        KMeans run = new KMeans(points, count, dimension, k, parameters);
        System.arraycopy(centroids, 0, run.centroids, 0, k * dimension);
        run.iterate(parameters.iterations(), control);
        return run.centroids;
    }

    /// Bytes that [#train] or [#refine] takes at its peak beside what it is given, on `threads` threads: while the starts are drawn
    /// from packed points, while points are assigned, each thread with a block of its own, or while they are averaged.
    static long bytes(int count, int dimension, int k, int threads) {
        long own = 4L * k * dimension + 8L * count + 4L * k;
        int slice = CentroidAssigner.slice(count, k, dimension);
        long workers = Math.min(threads, (count + slice - 1) / slice);
        long assigning = 4L * (k + 16) * dimension + workers * (4L * slice * (dimension + 2L) + 32L * k);
        return own + Math.max(PackedPoints.bytes(count, dimension), Math.max(assigning, 8L * k * dimension));
    }

    private static void check(float[] points, int count, int dimension, int k) {
        if (count < 1 || dimension < 1 || k < 1 || points.length < (long) count * dimension) {
            throw new IllegalArgumentException(
                    "count, dimension and k must be at least 1 and points hold count x dimension: count "
                            + count + ", dimension " + dimension + ", k " + k + ", floats " + points.length);
        }
    }

    private void start() {
        if (k > PLUS_PLUS_LIMIT || k >= count) {
            int[] order = new int[count];
            Arrays.setAll(order, i -> i);
            for (int c = 0; c < k; c++) {
                int from = c % count;
                int pick = from + random.nextInt(count - from);
                int swap = order[pick];
                order[pick] = order[from];
                order[from] = swap;
                copyPoint(order[from], c);
            }
            return;
        }
        float[] nearest = new float[count];
        Arrays.fill(nearest, Float.POSITIVE_INFINITY);
        copyPoint(random.nextInt(count), 0);
        PackedPoints packed = new PackedPoints(points, count, dimension);
        for (int c = 1; c < k; c++) {
            packed.lower(centroids, (c - 1) * dimension, nearest);
            double sum = 0;
            for (int p = 0; p < count; p++) {
                sum += nearest[p];
            }
            double draw = random.nextDouble() * sum;
            int p = 0;
            while (p < count - 1 && (draw -= nearest[p]) > 0) {
                p++;
            }
            copyPoint(p, c);
        }
    }

    private void iterate(int iterations, BuildControl control) {
        double last = Double.POSITIVE_INFINITY;
        for (int i = 0; i < iterations; i++) {
            assign(control);
            double distortion = 0;
            for (float d : distances) {
                distortion += d;
            }
            average();
            boolean repaired = i < iterations - 1 && repair();
            if (!repaired && last - distortion <= STANDSTILL * distortion) {
                return;
            }
            last = distortion;
        }
    }

    /// In slices, so that a cancelled build stops soon.
    private void assign(BuildControl control) {
        CentroidAssigner assigner = new CentroidAssigner(centroids, k, dimension, control.batchScorer());
        int slice = assigner.slice(count);
        BuildWorkers.run((count + slice - 1) / slice, control, () -> {
            float[] block = new float[slice * dimension];
            int[] nearest = new int[slice];
            float[] distance = new float[slice];
            return task -> {
                int from = task * slice;
                int n = Math.min(slice, count - from);
                System.arraycopy(points, from * dimension, block, 0, n * dimension);
                assigner.nearest(block, n, 1, nearest, distance);
                System.arraycopy(nearest, 0, assigned, from, n);
                System.arraycopy(distance, 0, distances, from, n);
            };
        });
    }

    private void average() {
        double[] sums = new double[centroids.length];
        Arrays.fill(sizes, 0);
        for (int p = 0; p < count; p++) {
            int c = assigned[p];
            sizes[c]++;
            for (int i = 0; i < dimension; i++) {
                sums[c * dimension + i] += points[p * dimension + i];
            }
        }
        for (int c = 0; c < k; c++) {
            if (sizes[c] > 0) {
                for (int i = 0; i < dimension; i++) {
                    centroids[c * dimension + i] = (float) (sums[c * dimension + i] / sizes[c]);
                }
            }
        }
    }

    /// Gives the places of empty and smallest clusters to the halves of oversized ones; true if any moved.
    private boolean repair() {
        double mean = (double) count / k;
        Integer[] bySize = new Integer[k];
        Arrays.setAll(bySize, i -> i);
        Arrays.sort(bySize, (a, b) -> sizes[a] != sizes[b] ? Integer.compare(sizes[a], sizes[b]) : Integer.compare(a, b));
        boolean moved = false;
        int large = k - 1;
        for (int small = 0; small < large; small++) {
            int from = bySize[large];
            int to = bySize[small];
            boolean oversized = sizes[from] > parameters.maxImbalance() * mean && sizes[to] < mean / 2;
            if (sizes[from] < 2 || !(sizes[to] == 0 || oversized)) {
                break;
            }
            split(from, to);
            moved = true;
            large--;
        }
        return moved;
    }

    private void split(int from, int to) {
        double spread = 0;
        for (int p = 0; p < count; p++) {
            if (assigned[p] == from) {
                spread += distances[p];
            }
        }
        float step = (float) Math.sqrt(spread / sizes[from] / dimension) * 0.1f;
        for (int i = 0; i < dimension; i++) {
            float delta = random.nextBoolean() ? step : -step;
            float c = centroids[from * dimension + i];
            centroids[to * dimension + i] = c + delta;
            centroids[from * dimension + i] = c - delta;
        }
    }

    private void copyPoint(int point, int centroid) {
        System.arraycopy(points, point * dimension, centroids, centroid * dimension, dimension);
    }
}
