package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The scalar kernels judge the SIMD kernels of this JVM to the last bit, and plain double arithmetic judges the scalar ones.
/// [ForcedJvmTest] runs this class again in JVMs with narrower registers and with native access denied.
class KernelAgreementTest {
    private static final int[] DIMENSIONS = {1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 100, 127, 128, 129, 384, 768, 1536, 1537,
            4096};
    static final int ROWS = 23;

    @Test
    void everyKindGivesTheBitsOfTheScalarKernels() {
        checkDimensions(DIMENSIONS);
    }

    static void checkDimensions(int... dimensions) {
        Random random = new Random(5);
        for (int dimension : dimensions) {
            for (VectorEncoding encoding : VectorEncoding.values()) {
                for (Metric metric : Metric.values()) {
                    for (int shift : new int[]{0, 9}) {
                        DenseVectors vectors = random(metric, encoding, dimension, shift, random);
                        check(vectors, randomQuery(dimension, random));
                        if (encoding == VectorEncoding.INT8) {
                            check(vectors, wholeQuery(dimension, 127, random));
                            check(vectors, wholeQuery(dimension, 128, random));
                        }
                    }
                }
            }
        }
    }

    /// The largest sums that lanes and floats have to hold, and every integer sum against arithmetic in 64 bits.
    @Test
    void extremeBytesAreSummedExactly() {
        Random random = new Random(8);
        for (int dimension : new int[]{15, 64, 65, 127, 384, 1537, 4096, 32_768, 32_769}) {
            for (Metric metric : new Metric[]{Metric.SQUARED_L2, Metric.INNER_PRODUCT}) {
                DenseVectors vectors = random(metric, VectorEncoding.INT8, dimension, 1, random);
                for (int fill : new int[]{-128, 127}) {
                    vectors.rows().fill((byte) fill);
                    for (int whole : new int[]{-127, 127}) {
                        float[] query = new float[dimension];
                        java.util.Arrays.fill(query, whole);
                        long exact = metric == Metric.SQUARED_L2
                                ? (long) (fill - whole) * (fill - whole) * dimension
                                : -(long) fill * whole * dimension;
                        float[] found = bits(vectors, query);
                        assertEquals(exact, found[0], dimension > 32_768 ? 1e-4 * Math.abs(exact) : Math.ulp((float) exact) / 2.0,
                                metric + " " + fill + " " + whole + " d=" + dimension);
                    }
                }
            }
        }
    }

    @Test
    void denormalHugeAndZeroComponents() {
        float[] odd = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1e-30f, 1e18f, -1e18f, 1f, Float.MAX_VALUE};
        Random random = new Random(6);
        for (int dimension : new int[]{16, 33, 768}) {
            for (Metric metric : new Metric[]{Metric.SQUARED_L2, Metric.INNER_PRODUCT}) {
                DenseVectors vectors = random(metric, VectorEncoding.FLOAT32, dimension, 0, random);
                for (long at = 0; at + 4 <= vectors.rows().byteSize(); at += 4) {
                    vectors.rows().set(VectorKernels.FLOAT_LE, at, odd[random.nextInt(odd.length - 1)]);
                }
                float[] query = new float[dimension];
                for (int i = 0; i < dimension; i++) {
                    query[i] = odd[random.nextInt(odd.length)] * 0.5f;
                }
                bits(vectors, query);
            }
        }
    }

    @Test
    void ordinalsAndArraysAreChecked() {
        DenseVectors vectors = random(Metric.SQUARED_L2, VectorEncoding.FLOAT32, 20, 0, new Random(1));
        for (VectorKernels.Kind kind : kinds()) {
            Scorer scorer = new DenseScorer(vectors, kind).query(new float[20]);
            for (int bad : new int[]{-1, ROWS, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                for (int place = 0; place < 6; place++) {
                    int[] ordinals = new int[6];
                    ordinals[place] = bad;
                    assertThrows(IndexOutOfBoundsException.class, () -> scorer.score(ordinals, 6, new float[6]));
                }
            }
            assertThrows(IndexOutOfBoundsException.class, () -> scorer.score(new int[3], 4, new float[4]));
            assertThrows(IndexOutOfBoundsException.class, () -> scorer.score(new int[4], 4, new float[3]));
            assertThrows(IndexOutOfBoundsException.class, () -> scorer.scoreRange(ROWS - 1, 2, new float[2]));
            scorer.score(new int[0], 0, new float[0]);
        }
    }

    @Test
    void closedMemoryIsRefused() {
        for (VectorKernels.Kind kind : kinds()) {
            Arena arena = Arena.ofShared();
            MemorySegment rows = arena.allocate(4 * 64 * 4, 64);
            Scorer scorer = new DenseScorer(DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, 64, 4, 256, rows), kind)
                    .query(new float[64]);
            scorer.scoreRange(0, 4, new float[4]);
            arena.close();
            assertThrows(IllegalStateException.class, () -> scorer.scoreRange(0, 4, new float[4]));
        }
    }

    static VectorKernels.Kind[] kinds() {
        return switch (VectorKernels.best()) {
            case SCALAR -> new VectorKernels.Kind[]{VectorKernels.Kind.SCALAR};
            case CHECKED -> new VectorKernels.Kind[]{VectorKernels.Kind.SCALAR, VectorKernels.Kind.CHECKED};
            case RAW -> VectorKernels.Kind.values();
        };
    }

    private static void check(DenseVectors vectors, float[] query) {
        float[] distances = bits(vectors, query);
        float[] row = new float[vectors.dimension()];
        for (int r = 0; r < ROWS; r++) {
            vectors.copyRow(r, row);
            double dot = 0;
            double l2 = 0;
            double norms = 0;
            double queryNorms = 0;
            for (int i = 0; i < row.length; i++) {
                dot += (double) query[i] * row[i];
                l2 += ((double) query[i] - row[i]) * ((double) query[i] - row[i]);
                norms += (double) row[i] * row[i];
                queryNorms += (double) query[i] * query[i];
            }
            double scale = Math.sqrt(norms * queryNorms);
            switch (vectors.metric()) {
                case SQUARED_L2 -> assertEquals(l2, distances[r], 1e-5 * l2 + 1e-6);
                case INNER_PRODUCT -> assertEquals(-dot, distances[r], 1e-5 * scale + 1e-6);
                case COSINE -> assertEquals(1 - dot / scale, distances[r], 2e-5);
            }
        }
    }

    /// The distances of all kinds, which must be the same bits in any grouping of the rows.
    private static float[] bits(DenseVectors vectors, float[] query) {
        float[] scalar = new float[ROWS];
        new DenseScorer(vectors, VectorKernels.Kind.SCALAR).query(query).scoreRange(0, ROWS, scalar);
        for (VectorKernels.Kind kind : kinds()) {
            DenseScorer scorer = new DenseScorer(vectors, kind).query(query);
            for (int count : new int[]{0, 1, 2, 3, 4, 5, 8, 9, 13, ROWS}) {
                int[] ordinals = new int[count];
                for (int i = 0; i < count; i++) {
                    ordinals[i] = (i * 7 + count) % ROWS;
                }
                float[] distances = new float[count];
                scorer.score(ordinals, count, distances);
                for (int i = 0; i < count; i++) {
                    int expected = Float.floatToIntBits(scalar[ordinals[i]]);
                    assertEquals(expected, Float.floatToIntBits(distances[i]),
                            () -> kind + " " + vectors.metric() + " " + vectors.encoding() + " d=" + vectors.dimension());
                }
            }
        }
        return scalar;
    }

    static float[] wholeQuery(int dimension, int largest, Random random) {
        float[] query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            query[i] = random.nextInt(2 * largest + 1) - largest;
        }
        query[random.nextInt(dimension)] = -largest;
        return query;
    }

    static float[] randomQuery(int dimension, Random random) {
        float[] query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            query[i] = (float) random.nextGaussian() * 3;
        }
        return query;
    }

    /// Random rows that end at the last byte of their memory, `shift` bytes off alignment.
    static DenseVectors random(Metric metric, VectorEncoding encoding, int dimension, int shift, Random random) {
        long stride = (long) dimension * encoding.bytes();
        MemorySegment rows = Arena.ofAuto().allocate(stride * ROWS + shift, 64).asSlice(shift);
        MemorySegment norms = Arena.ofAuto().allocate(4L * ROWS, 64);
        float[] vector = new float[dimension];
        for (int r = 0; r < ROWS; r++) {
            double sum = 0;
            for (int i = 0; i < dimension; i++) {
                float x = encoding == VectorEncoding.INT8 ? random.nextInt(256) - 128 : (float) random.nextGaussian();
                vector[i] = VectorBytes.nearest(encoding, x);
                sum += (double) vector[i] * vector[i];
            }
            VectorBytes.write(encoding, vector, rows, r * stride);
            norms.set(VectorKernels.FLOAT_LE, 4L * r, (float) (1 / Math.sqrt(Math.max(sum, 1))));
            if (sum == 0 || metric == Metric.COSINE && sum < 1) { // norms below one are stored as they are
                norms.set(VectorKernels.FLOAT_LE, 4L * r, (float) (1 / Math.sqrt(sum)));
            }
        }
        DenseVectors vectors = new DenseVectors(metric, encoding, dimension, ROWS, stride, rows,
                metric == Metric.COSINE ? norms : MemorySegment.NULL);
        assertTrue(vectors.rowOffset(ROWS - 1) + stride == rows.byteSize());
        return vectors;
    }
}
