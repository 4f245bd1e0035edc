package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NeighbourCodesTest {
    @Test
    void aRotationKeepsLengthsAndAnglesAndSpreadsEveryComponent() {
        for (int dimension : new int[]{1, 5, 32, 33, 100, 384, 784, 1536}) {
            FastRotation rotation = new FastRotation(dimension, 3);
            int padded = rotation.outputDimension();
            Random random = new Random(dimension);
            float[] x = gaussian(dimension, random);
            float[] y = gaussian(dimension, random);
            float[] px = new float[padded];
            float[] py = new float[padded];
            rotation.rotate(x, px, new float[padded]);
            rotation.rotate(y, py, new float[padded]);
            assertEquals(dot(x, x), dot(px, px), 1e-5 * dot(x, x));
            assertEquals(dot(x, y), dot(px, py), 1e-4 * dot(x, x));
            float[] one = new float[dimension];
            one[dimension / 2] = 1;
            rotation.rotate(one, px, new float[padded]);
            double largest = 0;
            for (float v : px) {
                largest = Math.max(largest, Math.abs(v));
            }
            assertTrue(dimension < 100 || largest < 6 / Math.sqrt(dimension), dimension + ": one component keeps " + largest);
        }
    }

    @Test
    void simdAndScalarGiveTheSameBits() throws InterruptedException {
        VectorKernels.awaitWarm();
        Assumptions.assumeTrue(NeighbourCodes.fast());
        for (int dimension : new int[]{1, 31, 32, 100, 384, 784, 1537}) {
            for (Metric metric : Metric.values()) {
                Random random = new Random(dimension);
                DenseVectors vectors = vectors(metric, dimension, 40, random);
                NeighbourCodes codes = new NeighbourCodes(metric, dimension, 20, 9);
                MemorySegment rows = Arena.ofAuto().allocate(codes.rowBytes() + 64, 64).asSlice(64 - 4);
                codes.encoder(vectors).encode(3, new int[]{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 3}, 17, rows,
                        0);
                NeighbourEstimator fast = codes.estimator();
                NeighbourEstimator slow = codes.estimator();
                float[] query = gaussian(dimension, random);
                fast.query(query, true);
                slow.query(query, false);
                assertArrayEquals(slow.planes, fast.planes);
                int n = fast.below(rows, 0, 0.5f, Float.MAX_VALUE);
                assertEquals(17, n);
                assertEquals(n, slow.below(rows, 0, 0.5f, Float.MAX_VALUE));
                assertArrayEquals(slow.ordinals(), fast.ordinals());
                assertArrayEquals(slow.estimates(), fast.estimates(), 0f);
                float middle = slow.estimates()[5];
                assertEquals(slow.below(rows, 0, 0.5f, middle), fast.below(rows, 0, 0.5f, middle));
            }
        }
    }

    /// A row of many groups around a point that is no vector: the nearest of all, in order, by SIMD and without.
    @Test
    void theNearestOfALongRowAreTheSmallestOfItsEstimates() throws InterruptedException {
        VectorKernels.awaitWarm();
        for (int dimension : new int[]{1, 33, 384}) {
            for (Metric metric : Metric.values()) {
                Random random = new Random(dimension);
                DenseVectors vectors = vectors(metric, dimension, 300, random);
                NeighbourCodes codes = new NeighbourCodes(metric, dimension, 300, 9);
                MemorySegment rows = Arena.ofAuto().allocate(codes.nodeOffset(), 64);
                int[] all = IntStream.range(0, 300).toArray();
                codes.rowEncoder(vectors).encode(gaussian(dimension, random), all, 300, rows, 0);
                NeighbourEstimator estimator = codes.estimator();
                NeighbourEstimator narrow = new NeighbourCodes(metric, dimension, 1, 9).estimator();
                float[] query = gaussian(dimension, random);
                for (boolean fast : NeighbourCodes.fast() ? new boolean[]{true, false} : new boolean[]{false}) {
                    estimator.query(query, fast);
                    narrow.query(query, fast);
                    assertEquals(300, estimator.below(rows, 0, 2f, Float.MAX_VALUE));
                    float[] sorted = estimator.estimates().clone();
                    Arrays.sort(sorted, 0, 300);
                    for (int most : new int[]{1, 4, 16}) {
                        assertEquals(most, narrow.nearest(rows, 0, codes.groups(), 2f, most));
                        for (int i = 0; i < most; i++) {
                            assertEquals(sorted[i], narrow.estimates()[i], metric + " of " + dimension);
                            assertEquals(sorted[i], estimator.estimates()[narrow.ordinals()[i]], "the ordinal beside it");
                        }
                    }
                    assertThrows(IndexOutOfBoundsException.class, () -> narrow.nearest(rows, 0, codes.groups(), 2f, 0));
                    assertThrows(IndexOutOfBoundsException.class, () -> narrow.nearest(rows, 0, codes.groups(), 2f, 17));
                }
            }
        }
    }

    @Test
    void estimatesAreUnbiasedAndAsExactAsTheTheorySays() {
        int dimension = 256;
        for (Metric metric : Metric.values()) {
            Random random = new Random(11);
            DenseVectors vectors = vectors(metric, dimension, 33, random);
            int[] neighbours = new int[32];
            for (int i = 0; i < 32; i++) {
                neighbours[i] = i + 1;
            }
            float[] query = gaussian(dimension, random);
            float[] exact = new float[33];
            vectors.scorer(query).scoreRange(0, 33, exact);
            double sum = 0;
            double squares = 0;
            double spread = 0;
            int count = 0;
            for (int seed = 0; seed < 40; seed++) {
                NeighbourCodes codes = new NeighbourCodes(metric, dimension, 32, seed);
                MemorySegment row = Arena.ofAuto().allocate(codes.rowBytes(), 64);
                codes.encoder(vectors).encode(0, neighbours, 32, row, 0);
                NeighbourEstimator estimator = codes.estimator();
                estimator.query(query);
                assertEquals(32, estimator.below(row, 0, exact[0], Float.MAX_VALUE));
                for (int i = 0; i < 32; i++) {
                    double error = estimator.estimates()[i] - exact[estimator.ordinals()[i]];
                    sum += error;
                    squares += error * error;
                    spread += Math.pow(exact[i + 1] - exact[0], 2);
                    count++;
                }
            }
            double deviation = Math.sqrt(squares / count);
            // The standard error of an estimated inner product with n - c is |n - c| * 0.76 / sqrt(d) times the length of what is
            // orthogonal to n - c: all of q for inner products, sin(60 degrees) of q - c otherwise. All lengths are about 16, or 1.
            double unit = switch (metric) {
                case SQUARED_L2 -> 2 * 2 * 256 * 0.87;
                case INNER_PRODUCT -> 1.41 * 256;
                case COSINE -> 2 * 0.87;
            };
            double expected = unit * 0.76 / Math.sqrt(dimension) * Math.sqrt(1.04);
            assertTrue(Math.abs(sum / count) < 4 * deviation / Math.sqrt(count),
                    metric + " bias " + sum / count + " of " + deviation);
            assertTrue(deviation < 1.15 * expected && deviation > 0.7 * expected,
                    metric + " error " + deviation + " theory " + expected);
            assertTrue(spread > 0);
        }
    }

    @Test
    void equalVectorsAndFullRowsAreEstimatedExactly() {
        DenseVectors vectors = vectors(Metric.SQUARED_L2, 64, 3, new Random(1));
        MemorySegment.copy(vectors.rows(), 0, vectors.rows(), 256, 256);
        NeighbourCodes codes = new NeighbourCodes(Metric.SQUARED_L2, 64, 1, 5);
        MemorySegment row = Arena.ofAuto().allocate(codes.rowBytes(), 64);
        codes.encoder(vectors).encode(0, new int[]{1}, 1, row, 0);
        NeighbourEstimator estimator = codes.estimator();
        estimator.query(gaussian(64, new Random(2)));
        assertEquals(1, estimator.below(row, 0, 7f, 8f));
        assertEquals(7f, estimator.estimates()[0]);
        assertEquals(1, estimator.ordinals()[0]);
        assertEquals(0, estimator.below(row, 0, 7f, 7f), "the bound itself is not below");
        assertThrows(IllegalArgumentException.class, () -> codes.encoder(vectors).encode(0, new int[]{1, 2}, 2, row, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> estimator.below(row, 192, 7f, 8f));
        assertThrows(IllegalArgumentException.class, () -> estimator.query(new float[63]));
        estimator.query(new float[64]);
        assertEquals(1, estimator.below(row, 0, 7f, 8f), "a zero query");
    }

    private static DenseVectors vectors(Metric metric, int dimension, int count, Random random) {
        MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * count, 64);
        MemorySegment norms = Arena.ofAuto().allocate(4L * count, 64);
        for (int r = 0; r < count; r++) {
            float[] row = gaussian(dimension, random);
            MemorySegment.copy(row, 0, rows, VectorKernels.FLOAT_LE, 4L * dimension * r, dimension);
            norms.set(VectorKernels.FLOAT_LE, 4L * r, (float) (1 / Math.sqrt(dot(row, row))));
        }
        return new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, count, 4L * dimension, rows,
                metric == Metric.COSINE ? norms : MemorySegment.NULL);
    }

    private static float[] gaussian(int dimension, Random random) {
        float[] x = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }
}
