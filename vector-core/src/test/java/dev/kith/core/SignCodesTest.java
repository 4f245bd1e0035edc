package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SignCodesTest {
    private static final int COUNT = 200;

    @Test
    void simdAndScalarGiveTheSameBits() throws InterruptedException {
        VectorKernels.awaitWarm();
        Assumptions.assumeTrue(NeighbourCodes.fast());
        for (int dimension : new int[]{1, 31, 32, 65, 384, 449, 784, 1537, 4096}) {
            for (Metric metric : Metric.values()) {
                Random random = new Random(dimension);
                Coded coded = new Coded(Gaussian.rows(metric, dimension, COUNT, random), 9, Gaussian.vector(dimension, random));
                float[] query = Gaussian.vector(dimension, random);
                int[] ordinals = {3, 0, COUNT - 1, 3, 7};
                float[] fast = new float[5];
                float[] slow = new float[5];
                coded.estimate(query, true, ordinals, fast);
                coded.estimate(query, false, ordinals, slow);
                assertArrayEquals(slow, fast, 0f, metric + ", " + dimension);
            }
        }
    }

    @Test
    void estimatesAreUnbiasedAndAsExactAsTheoryAllows() {
        int dimension = 256;
        for (Metric metric : Metric.values()) {
            Random random = new Random(12);
            DenseVectors vectors = Gaussian.rows(metric, dimension, COUNT, random);
            float[] query = Gaussian.vector(dimension, random);
            float[] exact = new float[COUNT];
            vectors.scorer(query).scoreRange(0, COUNT, exact);
            int[] ordinals = new int[COUNT];
            Arrays.setAll(ordinals, i -> i);
            // |q - c| * |x - c| of the estimated inner product; all lengths are 16, or 1, and the centre is the origin
            double unit = switch (metric) {
                case SQUARED_L2 -> 2 * 256;
                case INNER_PRODUCT -> 256;
                case COSINE -> 1;
            };
            double sum = 0;
            double squares = 0;
            int count = 0;
            float[] estimated = new float[COUNT];
            for (int seed = 0; seed < 20; seed++) {
                new Coded(vectors, seed, new float[dimension]).estimate(query, seed % 2 == 0, ordinals, estimated);
                for (int i = 0; i < COUNT; i++) {
                    double error = estimated[i] - exact[i];
                    sum += error;
                    squares += error * error;
                    count++;
                }
            }
            double deviation = Math.sqrt(squares / count);
            // one bit leaves pi/2 - 1 of the variance of a projection (Gao & Long, theorem 3.2); the rounded query adds a little
            double expected = unit / Math.sqrt(dimension) * Math.sqrt(Math.PI / 2 - 1);
            assertTrue(Math.abs(sum / count) < 4 * deviation / Math.sqrt(count), metric + ": bias " + sum / count);
            assertTrue(deviation < 1.2 * expected && deviation > 0.8 * expected,
                    metric + ": error " + deviation + ", theory " + expected);
        }
    }

    @Test
    void zerosAndBadArguments() {
        int dimension = 70;
        MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * COUNT, 64);
        DenseVectors zeros = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, COUNT, 4L * dimension, rows);
        Coded coded = new Coded(zeros, 1, new float[dimension]);
        float[] distances = new float[1];
        coded.estimate(new float[dimension], true, new int[]{2}, distances);
        assertEquals(0f, distances[0]);
        for (boolean fast : new boolean[]{true, false}) {
            for (int ordinal : new int[]{-1, COUNT}) {
                assertThrows(IndexOutOfBoundsException.class,
                        () -> coded.estimate(new float[dimension], fast, new int[]{ordinal}, distances));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new SignCodes(Metric.COSINE, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> coded.codes.encoder(zeros, new float[dimension + 1]));
        NodeEstimator other = new NodeCodes(Metric.SQUARED_L2, 200, 8, 1).estimator(new float[200]);
        assertThrows(IllegalArgumentException.class, () -> coded.codes.estimator().query(other));
    }

    /// Codes of some vectors, 4 bytes off any alignment.
    private static final class Coded {
        private final SignCodes codes;
        private final NodeCodes nodes;
        private final MemorySegment bytes;
        private final float[] centre;

        Coded(DenseVectors vectors, long seed, float[] centre) {
            this.codes = new SignCodes(vectors.metric(), vectors.dimension(), seed);
            this.nodes = new NodeCodes(vectors.metric(), vectors.dimension(), 8, seed);
            this.bytes = Arena.ofAuto().allocate((long) codes.bytes() * COUNT + 4, 64).asSlice(4);
            this.centre = centre;
            SignCodes.Encoder encoder = codes.encoder(vectors, centre);
            for (int i = 0; i < COUNT; i++) {
                encoder.encode(i, bytes, (long) codes.bytes() * i);
            }
        }

        void estimate(float[] query, boolean fast, int[] ordinals, float[] distances) {
            RotatedQuery rotated = new RotatedQuery(codes.metric(), codes.dimension(), codes.seed());
            rotated.set(query, fast && NeighbourCodes.fast());
            NodeEstimator nodeEstimator = nodes.estimator(centre);
            nodeEstimator.query(rotated);
            SignEstimator estimator = codes.estimator();
            estimator.query(nodeEstimator);
            estimator.distances(bytes, 0, ordinals, ordinals.length, distances);
        }
    }
}
