package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// A bound that is too high loses an answer; one that is far too low costs a look at every vector.
class SignScanTest {
    private static final int COUNT = 700;

    @Test
    void boundsHoldAndAreNarrow() {
        for (int dimension : new int[]{96, 1000}) {
            for (Metric metric : Metric.values()) {
                for (boolean far : new boolean[]{false, true}) { // far: the centre is nowhere near the vectors
                    Rows rows = new Rows(metric, dimension, 5, far);
                    int above = 0;
                    int farBelow = 0;
                    for (int q = 0; q < 5; q++) {
                        float[] query = rows.vector(q);
                        float[] exact = rows.exact(query);
                        float[] one = rows.bounds(query, 1, q % 2 == 0);
                        float[] four = rows.bounds(query, 4, q % 2 == 0);
                        for (int i = 0; i < COUNT; i++) {
                            above += four[i] > exact[i] + 1e-4f * Math.abs(exact[i]) ? 1 : 0;
                            farBelow += one[i] < exact[i] ? 1 : 0;
                        }
                    }
                    String what = metric + ", " + dimension + ", far " + far;
                    assertTrue(above <= 5 * COUNT / 1000, () -> what + ": bounds of four standard errors too high");
                    // a normal estimate less one standard error is below the truth for 84 %; the inner product's bound is wider
                    int most = metric == Metric.INNER_PRODUCT ? 5 * COUNT : 5 * COUNT * 92 / 100;
                    int few = farBelow;
                    assertTrue(few <= most, () -> what + ": " + few + " of " + 5 * COUNT + " below");
                }
            }
        }
    }

    @Test
    void simdAndScalarGiveTheSameBits() throws InterruptedException {
        VectorKernels.awaitWarm();
        Assumptions.assumeTrue(NeighbourCodes.fast());
        for (Metric metric : Metric.values()) {
            Rows rows = new Rows(metric, 449, 8, false);
            assertArrayEquals(rows.bounds(rows.vector(1), 3, false), rows.bounds(rows.vector(1), 3, true), 0f, metric.name());
        }
    }

    @Test
    void numbersThatOverflowGiveNoBoundThatExcludes() {
        SignScan scan = new SignScan(new SignCodes(Metric.SQUARED_L2, 96, 1), new float[96]);
        float[] huge = new float[96];
        Arrays.fill(huge, 1e30f);
        MemorySegment code = Arena.ofAuto().allocate(scan.codeBytes(), 64);
        scan.encode(huge, 1, code, 0);
        float[] bound = new float[1];
        scan.query(huge, 4).bounds(code, new int[]{0}, 1, bound);
        assertTrue(!(bound[0] > 0), "bound " + bound[0]);
        assertThrows(IllegalArgumentException.class, () -> new SignScan(new SignCodes(Metric.COSINE, 96, 1), new float[95]));
    }

    /// Vectors around a point, coded about it or about the origin.
    private static final class Rows {
        private final DenseVectors vectors;
        private final SignScan scan;
        private final MemorySegment codes;

        Rows(Metric metric, int dimension, long seed, boolean far) {
            Random random = new Random(seed);
            float[] middle = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                middle[i] = (float) random.nextGaussian();
            }
            MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * COUNT, 64);
            MemorySegment norms = Arena.ofAuto().allocate(4L * COUNT, 64);
            double[] sum = new double[dimension];
            for (int r = 0; r < COUNT; r++) {
                double squares = 0;
                float[] row = new float[dimension];
                for (int i = 0; i < dimension; i++) {
                    row[i] = middle[i] + (float) random.nextGaussian();
                    squares += (double) row[i] * row[i];
                }
                float inverse = (float) (1 / Math.sqrt(squares));
                for (int i = 0; i < dimension; i++) {
                    sum[i] += metric == Metric.COSINE ? row[i] * inverse : row[i];
                }
                MemorySegment.copy(row, 0, rows, VectorKernels.FLOAT_LE, 4L * dimension * r, dimension);
                norms.set(VectorKernels.FLOAT_LE, 4L * r, inverse);
            }
            this.vectors = new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, COUNT, 4L * dimension, rows,
                    metric == Metric.COSINE ? norms : MemorySegment.NULL);
            float[] centre = new float[dimension];
            for (int i = 0; !far && i < dimension; i++) {
                centre[i] = (float) (sum[i] / COUNT);
            }
            this.scan = new SignScan(new SignCodes(metric, dimension, seed), centre);
            this.codes = Arena.ofAuto().allocate((long) COUNT * scan.codeBytes(), 64);
            for (int r = 0; r < COUNT; r++) {
                scan.encode(vector(r), metric == Metric.COSINE ? vectors.inverseNorm(r) : 1, codes, (long) r * scan.codeBytes());
            }
        }

        float[] vector(int row) {
            float[] vector = new float[vectors.dimension()];
            vectors.copyRow(row, vector);
            return vector;
        }

        float[] exact(float[] query) {
            float[] exact = new float[COUNT];
            vectors.scorer(query).scoreRange(0, COUNT, exact);
            return exact;
        }

        float[] bounds(float[] query, float errors, boolean simd) {
            int[] ordinals = new int[COUNT];
            Arrays.setAll(ordinals, i -> i);
            float[] bounds = new float[COUNT];
            scan.query(query, errors, simd && NeighbourCodes.fast()).bounds(codes, ordinals, COUNT, bounds);
            return bounds;
        }
    }
}
