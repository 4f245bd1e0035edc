package dev.kith.core.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static final int[] DIMENSIONS = {1, 2, 15, 16, 17, 31, 33, 96, 384, 785};

    static float[] gaussian(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double squaredL2(float[] a, int from, float[] b, int at, int dimension) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            double x = a[from + i] - b[at + i];
            sum += x * x;
        }
        return sum;
    }

    @Test
    void tileAgreesWithItsScalarTwin() {
        SplittableRandom random = new SplittableRandom(1);
        for (int dimension : DIMENSIONS) {
            float[] points = gaussian(random, DotTiles.POINTS * dimension);
            float[] packed = DotTiles.pack(gaussian(random, 70 * dimension), 70, dimension);
            float[] fast = new float[DotTiles.POINTS * 96];
            float[] slow = new float[DotTiles.POINTS * 96];
            DotTiles.dots(points, 0, dimension, packed, 3, fast);
            DotTiles.scalar(points, 0, dimension, packed, 3, slow);
            assertArrayEquals(slow, fast, 1e-4f * dimension, "dimension " + dimension);
        }
    }

    @Test
    void packedDistancesAreThoseOfTheirScalarTwinToTheBit() {
        SplittableRandom random = new SplittableRandom(21);
        for (int dimension : DIMENSIONS) {
            for (int count : new int[]{1, 31, 32, 33, 1024, 1057}) {
                float[] points = gaussian(random, count * dimension);
                float[] centroids = gaussian(random, 3 * dimension);
                PackedPoints packed = new PackedPoints(points, count, dimension);
                float[] nearest = new float[count];
                Arrays.fill(nearest, Float.POSITIVE_INFINITY);
                for (int c = 0; c < 3; c++) {
                    packed.lower(centroids, c * dimension, nearest);
                }
                int groups = (count + DotTiles.GROUP - 1) / DotTiles.GROUP;
                float[] slow = new float[groups * DotTiles.GROUP];
                float[] least = new float[count];
                Arrays.fill(least, Float.POSITIVE_INFINITY);
                for (int c = 0; c < 3; c++) {
                    PackedPoints.scalar(centroids, c * dimension, dimension, DotTiles.pack(points, count, dimension), groups,
                            slow);
                    for (int p = 0; p < count; p++) {
                        least[p] = Math.min(least[p], slow[p]);
                        double exact = squaredL2(points, p * dimension, centroids, c * dimension, dimension);
                        assertEquals(exact, slow[p], 1e-5 * exact + 1e-6, "dimension " + dimension + " point " + p);
                    }
                }
                assertArrayEquals(least, nearest, "dimension " + dimension + ", " + count + " points");
            }
        }
    }

    @Test
    void nearestCentroidsAreTheNearestInOrder() {
        SplittableRandom random = new SplittableRandom(2);
        for (int dimension : DIMENSIONS) {
            int count = 1 + random.nextInt(100);
            int points = 1 + random.nextInt(21);
            int k = 1 + random.nextInt(count);
            float[] centroids = gaussian(random, count * dimension);
            float[] rows = gaussian(random, points * dimension);
            int[] nearest = new int[points * k];
            float[] distances = new float[points * k];
            new CentroidTable(centroids, count, dimension).nearest(rows, points, k, nearest, distances);
            for (int p = 0; p < points; p++) {
                double[] all = new double[count];
                for (int c = 0; c < count; c++) {
                    all[c] = squaredL2(rows, p * dimension, centroids, c * dimension, dimension);
                }
                double[] sorted = all.clone();
                Arrays.sort(sorted);
                for (int j = 0; j < k; j++) {
                    String where = "dimension " + dimension + " point " + p + " rank " + j;
                    assertEquals(sorted[j], distances[p * k + j], 1e-4 * (1 + sorted[j]), where);
                    assertEquals(all[nearest[p * k + j]], distances[p * k + j], 1e-4 * (1 + sorted[j]), where);
                }
                assertEquals(k, Arrays.stream(nearest, p * k, (p + 1) * k).distinct().count(), "a centroid twice");
            }
        }
    }

    @Test
    void pointsThatAreNotNumbersAreRefused() {
        CentroidTable table = new CentroidTable(new float[]{1, 2, 3, 4}, 2, 2);
        float[] nan = {Float.NaN, 0};
        assertThrows(IllegalArgumentException.class, () -> table.nearest(nan, 1, new int[1], new float[1]));
        assertThrows(IllegalArgumentException.class, () -> table.nearest(nan, 1, 2, new int[2], new float[2]));
    }

    @Test
    void wellSeparatedClustersAreFoundAndSeedsDecideEverything() {
        SplittableRandom random = new SplittableRandom(3);
        int dimension = 12;
        float[] centers = gaussian(random, 5 * dimension);
        float[] points = new float[500 * dimension];
        for (int p = 0; p < 500; p++) {
            for (int i = 0; i < dimension; i++) {
                points[p * dimension + i] = 10 * centers[p % 5 * dimension + i] + 0.01f * (float) random.nextGaussian();
            }
        }
        float[] found = KMeans.train(points, 500, dimension, 5, KMeansParameters.DEFAULTS, BuildControl.NONE);
        float[] again = KMeans.train(points, 500, dimension, 5, KMeansParameters.DEFAULTS, BuildControl.NONE);
        assertArrayEquals(found, again, 0f);
        int[] nearest = new int[500];
        float[] distances = new float[500];
        new CentroidTable(found, 5, dimension).nearest(points, 500, nearest, distances);
        for (int p = 5; p < 500; p++) {
            assertEquals(nearest[p % 5], nearest[p], "point " + p + " left its cluster");
        }
    }

    @Test
    void skewedPointsLeaveNoClusterEmptyOrHuge() {
        SplittableRandom random = new SplittableRandom(4);
        int count = 8000;
        int dimension = 8;
        float[] points = gaussian(random, count * dimension);
        for (int p = 0; p < count * 9 / 10; p++) { // nine tenths in one dense heap
            for (int i = 0; i < dimension; i++) {
                points[p * dimension + i] *= 0.01f;
            }
        }
        int k = 100;
        float[] centroids = HierarchicalKMeans.train(points, count, dimension, k, KMeansParameters.DEFAULTS, BuildControl.NONE);
        int[] nearest = new int[count];
        new CentroidTable(centroids, k, dimension).nearest(points, count, nearest, new float[count]);
        int[] sizes = new int[k];
        for (int c : nearest) {
            sizes[c]++;
        }
        int largest = Arrays.stream(sizes).max().getAsInt();
        assertTrue(largest <= 6 * count / k, "largest list has " + largest + " of " + count);
        assertTrue(Arrays.stream(sizes).filter(s -> s == 0).count() <= k / 50, Arrays.toString(sizes));
    }

    @Test
    void hierarchyCostsLittleDistortion() {
        SplittableRandom random = new SplittableRandom(5);
        int count = 6000;
        int dimension = 16;
        float[] points = gaussian(random, count * dimension);
        float[] flat = KMeans.train(points, count, dimension, 128, KMeansParameters.DEFAULTS, BuildControl.NONE);
        float[] tree = HierarchicalKMeans.train(points, count, dimension, 128, KMeansParameters.DEFAULTS, BuildControl.NONE);
        assertTrue(distortion(points, count, dimension, tree) < 1.04 * distortion(points, count, dimension, flat));
    }

    private static double distortion(float[] points, int count, int dimension, float[] centroids) {
        float[] distances = new float[count];
        new CentroidTable(centroids, centroids.length / dimension, dimension).nearest(points, count, new int[count], distances);
        double sum = 0;
        for (float d : distances) {
            sum += d;
        }
        return sum;
    }

    @Test
    void sharesAddUpAndFollowSizes() {
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < 200; round++) {
            int[] sizes = new int[1 + random.nextInt(20)];
            int count = 0;
            for (int t = 0; t < sizes.length; t++) {
                sizes[t] = random.nextInt(100);
                count += sizes[t];
            }
            int parts = (int) Arrays.stream(sizes).filter(s -> s > 0).count();
            if (count <= parts) {
                continue;
            }
            int k = parts + random.nextInt(count - parts);
            int[] shares = HierarchicalKMeans.shares(sizes, count, k);
            assertEquals(k, Arrays.stream(shares).sum(), Arrays.toString(sizes));
            for (int t = 0; t < sizes.length; t++) {
                assertTrue(shares[t] <= sizes[t] && (sizes[t] == 0) == (shares[t] == 0), Arrays.toString(shares));
            }
        }
    }

    @Test
    void fewerPointsThanCentroidsStillTrain() {
        float[] centroids = HierarchicalKMeans.train(new float[]{1, 1, 2, 2}, 2, 2, 7, KMeansParameters.DEFAULTS,
                BuildControl.NONE);
        assertEquals(14, centroids.length);
        for (float c : centroids) {
            assertTrue(c >= 0.9f && c <= 2.1f, Arrays.toString(centroids));
        }
    }

    @Test
    void cancellationStopsTraining() {
        BuildControl cancelled = new BuildControl() {
            @Override
            public boolean cancelled() {
                return true;
            }

            @Override
            public void progress(long done, long total) {}
        };
        assertThrows(BuildCancelledException.class,
                () -> HierarchicalKMeans.train(new float[1000], 1000, 1, 100, KMeansParameters.DEFAULTS, cancelled));
    }

    @Test
    void byteCentroidsAgreeWithTheScalarTwinAndTheFloats() {
        SplittableRandom random = new SplittableRandom(7);
        for (int dimension : DIMENSIONS) {
            int count = 1 + random.nextInt(150);
            float[] centroids = gaussian(random, count * dimension);
            Arrays.fill(centroids, 0, dimension, 0f); // a zero centroid has scale 0
            float[] query = gaussian(random, dimension);
            try (Arena arena = Arena.ofConfined()) {
                CentroidCodes codes = CentroidCodes.encode(centroids, count, dimension,
                        arena.allocate(CentroidCodes.byteSize(count, dimension), 64));
                float[] fast = new float[codes.paddedCount()];
                float[] slow = new float[codes.paddedCount()];
                codes.dots(query, fast);
                codes.scalarDots(query, 0, CentroidCodes.groups(codes.count()), slow);
                assertArrayEquals(slow, fast, 1e-4f * dimension, "dimension " + dimension);
                for (int c = 0; c < count; c++) {
                    double dot = 0;
                    for (int i = 0; i < dimension; i++) {
                        dot += query[i] * centroids[c * dimension + i];
                    }
                    assertEquals(dot, fast[c], 0.1 * Math.sqrt(dimension), "dimension " + dimension + " centroid " + c);
                    assertEquals(squaredL2(centroids, c * dimension, new float[dimension], 0, dimension), codes.squaredNorm(c),
                            1e-3 * dimension);
                }
            }
        }
    }

    @Test
    void productsAgreeWithTheTripleLoop() {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 10; round++) {
            int m = 1 + random.nextInt(40);
            int n = 1 + random.nextInt(70);
            int inner = 1 + random.nextInt(50);
            float[] a = gaussian(random, m * inner);
            float[] b = gaussian(random, n * inner);
            float[] product = MatrixProduct.timesTransposed(a, m, b, n, inner);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += a[i * inner + k] * b[j * inner + k];
                    }
                    assertEquals(sum, product[i * n + j], 1e-4 * inner);
                }
            }
        }
    }
}
