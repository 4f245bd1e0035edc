package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NodeCodesTest {
    private static final int COUNT = 40;

    @Test
    void simdAndScalarGiveTheSameBitsAtAnyAlignment() throws InterruptedException {
        VectorKernels.awaitWarm();
        Assumptions.assumeTrue(NeighbourCodes.fast());
        for (int dimension : new int[]{1, 31, 32, 65, 100, 384, 784, 1537}) {
            for (Metric metric : Metric.values()) {
                for (int bits = 2; bits <= 8; bits++) {
                    Random random = new Random(dimension);
                    Coded coded = new Coded(Gaussian.rows(metric, dimension, COUNT, random), bits, 9,
                            Gaussian.vector(dimension, random));
                    float[] query = Gaussian.vector(dimension, random);
                    int[] ordinals = {3, 0, COUNT - 1, 3, 7};
                    float[] fast = new float[5];
                    float[] slow = new float[5];
                    coded.estimate(query, true, ordinals, fast);
                    coded.estimate(query, false, ordinals, slow);
                    assertArrayEquals(slow, fast, 0f, metric + " " + bits + " bits, " + dimension);
                }
            }
        }
    }

    @Test
    void estimatesAreUnbiasedAndAsExactAsTheirBits() {
        int dimension = 256;
        for (Metric metric : Metric.values()) {
            Random random = new Random(12);
            DenseVectors vectors = Gaussian.rows(metric, dimension, COUNT, random);
            float[] query = Gaussian.vector(dimension, random);
            float[] exact = new float[COUNT];
            vectors.scorer(query).scoreRange(0, COUNT, exact);
            int[] ordinals = new int[COUNT];
            for (int i = 0; i < COUNT; i++) {
                ordinals[i] = i;
            }
            // |q - c| * |x - c| of the estimated inner product; all lengths are 16, or 1, and the centre is the origin
            double unit = switch (metric) {
                case SQUARED_L2 -> 2 * 256;
                case INNER_PRODUCT -> 256;
                case COSINE -> 1;
            };
            for (int bits = 2; bits <= 8; bits++) {
                double sum = 0;
                double squares = 0;
                int count = 0;
                float[] estimated = new float[COUNT];
                for (int seed = 0; seed < 30; seed++) {
                    new Coded(vectors, bits, seed, new float[dimension]).estimate(query, seed % 2 == 0, ordinals, estimated);
                    for (int i = 0; i < COUNT; i++) {
                        double error = estimated[i] - exact[i];
                        sum += error;
                        squares += error * error;
                        count++;
                    }
                }
                double deviation = Math.sqrt(squares / count);
                double expected = unit / Math.sqrt(dimension) * error(bits);
                assertTrue(Math.abs(sum / count) < 4 * deviation / Math.sqrt(count),
                        metric + " " + bits + " bits: bias " + sum / count + " of " + deviation);
                assertTrue(deviation < 1.2 * expected && deviation > 0.75 * expected,
                        metric + " " + bits + " bits: error " + deviation + ", theory " + expected);
            }
        }
    }

    @Test
    void aCentreNearTheVectorsMakesEstimatesBetter() {
        int dimension = 128;
        Random random = new Random(5);
        float[] centre = Gaussian.vector(dimension, random);
        MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * COUNT, 64);
        for (int i = 0; i < dimension * COUNT; i++) {
            rows.set(VectorKernels.FLOAT_LE, 4L * i, 10 * centre[i % dimension] + (float) random.nextGaussian());
        }
        for (int i = 0; i < dimension; i++) {
            centre[i] *= 10;
        }
        DenseVectors vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, COUNT, 4L * dimension, rows);
        float[] query = new float[dimension];
        vectors.copyRow(0, query);
        float[] exact = new float[COUNT];
        vectors.scorer(query).scoreRange(0, COUNT, exact);
        assertTrue(error(vectors, centre, query, exact) < 0.1 * error(vectors, new float[dimension], query, exact));
    }

    /// The best uniform grid of `2^bits` levels leaves so much of a Gaussian's variance (Max 1960), the more of it for an estimate
    /// without bias; from 6 bits on the grid covers about 2.8 sigma, and the query, rounded to 127 steps, counts too.
    private static double error(int bits) {
        double[] left = {0, 0, 0.1188, 0.03744, 0.01154, 0.00349};
        double query = 3.0 / 127 / Math.sqrt(12);
        double code = bits == 8 ? query : 2.8 / (1 << bits - 1) / Math.sqrt(12);
        return bits < 6 ? Math.sqrt(left[bits] / (1 - left[bits])) : Math.hypot(code, query);
    }

    private static double error(DenseVectors vectors, float[] centre, float[] query, float[] exact) {
        int[] ordinals = new int[COUNT];
        float[] estimated = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            ordinals[i] = i;
        }
        new Coded(vectors, 4, 1, centre).estimate(query, true, ordinals, estimated);
        double sum = 0;
        for (int i = 0; i < COUNT; i++) {
            sum += Math.abs(estimated[i] - exact[i]);
        }
        return sum;
    }

    @Test
    void codesMayStandFarApartAndTheLastOneEndsTheMemory() throws InterruptedException {
        VectorKernels.awaitWarm();
        int dimension = 96;
        Random random = new Random(6);
        DenseVectors vectors = Gaussian.rows(Metric.SQUARED_L2, dimension, COUNT, random);
        Coded packed = new Coded(vectors, 8, 2, new float[dimension]);
        long stride = 1000;
        int bytes = packed.codes.bytes();
        MemorySegment apart = Arena.ofAuto().allocate(stride * (COUNT - 1) + bytes, 64);
        for (int i = 0; i < COUNT; i++) {
            MemorySegment.copy(packed.bytes, (long) bytes * i, apart, stride * i, bytes);
        }
        RotatedQuery rotated = new RotatedQuery(Metric.SQUARED_L2, dimension, 2);
        rotated.set(Gaussian.vector(dimension, random));
        NodeEstimator estimator = packed.codes.estimator(new float[dimension]);
        estimator.query(rotated);
        int[] ordinals = {COUNT - 1, 0, 5};
        float[] near = new float[3];
        float[] far = new float[3];
        estimator.distances(packed.bytes, 0, bytes, ordinals, 3, near);
        estimator.distances(apart, 0, stride, ordinals, 3, far);
        assertArrayEquals(near, far, 0f);
    }

    @Test
    void zeroVectorsZeroQueriesAndBadArguments() {
        int dimension = 70;
        MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * COUNT, 64);
        DenseVectors zeros = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, COUNT, 4L * dimension, rows);
        for (int bits : new int[]{4, 8}) {
            Coded coded = new Coded(zeros, bits, 1, new float[dimension]);
            float[] distances = new float[1];
            coded.estimate(new float[dimension], true, new int[]{2}, distances);
            assertEquals(0f, distances[0]);
            float[] query = Gaussian.vector(dimension, new Random(3));
            coded.estimate(query, true, new int[]{2}, distances);
            float[] exact = new float[1];
            zeros.scorer(query).scoreRange(2, 1, exact);
            assertEquals(exact[0], distances[0], 1e-5f * exact[0]);
            RotatedQuery rotated = new RotatedQuery(Metric.SQUARED_L2, dimension, 1);
            assertThrows(IllegalArgumentException.class, () -> rotated.set(new float[dimension - 1]));
            NodeEstimator estimator = coded.codes.estimator(new float[dimension]);
            for (boolean fast : new boolean[]{true, false}) {
                rotated.set(query, fast && NeighbourCodes.fast());
                estimator.query(rotated);
                assertThrows(IndexOutOfBoundsException.class,
                        () -> estimator.distance(coded.bytes, coded.bytes.byteSize() - coded.codes.bytes() + 1));
                assertThrows(IndexOutOfBoundsException.class, () -> estimator.distance(coded.bytes, -1));
            }
            assertThrows(IllegalArgumentException.class, () -> estimator.query(new RotatedQuery(Metric.SQUARED_L2, 200, 1)));
            assertThrows(IllegalArgumentException.class, () -> coded.codes.estimator(new float[dimension + 1]));
            assertThrows(IllegalArgumentException.class, () -> coded.codes.encoder(zeros, new float[dimension + 1]));
        }
        assertThrows(IllegalArgumentException.class, () -> new NodeCodes(Metric.COSINE, 10, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new NodeCodes(Metric.COSINE, 10, 9, 1));
        assertThrows(IllegalArgumentException.class, () -> new NodeCodes(Metric.COSINE, 0, 4, 1));
    }

    /// Codes of some vectors, 4 bytes off any alignment.
    private static final class Coded {
        private final NodeCodes codes;
        private final MemorySegment bytes;
        private final float[] centre;

        Coded(DenseVectors vectors, int bits, long seed, float[] centre) {
            this.codes = new NodeCodes(vectors.metric(), vectors.dimension(), bits, seed);
            this.bytes = Arena.ofAuto().allocate((long) codes.bytes() * COUNT + 4, 64).asSlice(4);
            this.centre = centre;
            NodeCodes.Encoder encoder = codes.encoder(vectors, centre);
            for (int i = 0; i < COUNT; i++) {
                encoder.encode(i, bytes, (long) codes.bytes() * i);
            }
        }

        void estimate(float[] query, boolean fast, int[] ordinals, float[] distances) {
            RotatedQuery rotated = new RotatedQuery(codes.metric(), codes.dimension(), codes.seed());
            rotated.set(query, fast && NeighbourCodes.fast());
            NodeEstimator estimator = codes.estimator(centre);
            estimator.query(rotated);
            estimator.distances(bytes, 0, codes.bytes(), ordinals, ordinals.length, distances);
        }
    }
}
