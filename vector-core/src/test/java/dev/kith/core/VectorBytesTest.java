package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is kept of a component, judged by looking at all numbers of two bytes, and that kernels see the same numbers.
class VectorBytesTest {
    private static final int[] EDGES = {0x0000, 0x8000, 0x0001, 0x8001, 0x007f, 0x0080, 0x03ff, 0x0400, 0x3c00, 0x3f80, 0x7bff,
            0x7f7f,
            0xfbff, 0xff7f};

    private static float widened(VectorEncoding encoding, int half) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(2, 2);
            bytes.set(VectorKernels.SHORT_LE, 0, (short) half);
            float[] one = new float[1];
            VectorBytes.read(encoding, bytes, 0, one, 0, 1);
            return one[0];
        }
    }

    /// All finite numbers of the encoding, in order.
    private static float[] all(VectorEncoding encoding) {
        float[] all = new float[1 << 16];
        int count = 0;
        for (int half = 0; half < all.length; half++) {
            float x = widened(encoding, half);
            if (Float.isFinite(x)) {
                all[count++] = x;
            }
        }
        float[] finite = Arrays.copyOf(all, count);
        Arrays.sort(finite);
        return finite;
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void everyNumberOfTwoBytesIsItsOwnNearest(VectorEncoding encoding) {
        float[] all = all(encoding);
        assertEquals(encoding == VectorEncoding.FLOAT16 ? 63_488 : 65_280, all.length);
        for (float x : all) {
            assertEquals(Float.floatToRawIntBits(x), Float.floatToRawIntBits(VectorBytes.nearest(encoding, x)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void noOtherNumberIsNearer(VectorEncoding encoding) {
        long seed = Long.getLong("kith.seed", 4711);
        Random random = new Random(seed);
        float[] all = all(encoding);
        float largest = all[all.length - 1];
        for (int i = 0; i < 200_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            if (i % 2 == 0) {
                x = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(13) - 9));
            }
            if (!(Math.abs(x) <= largest)) {
                continue;
            }
            float kept = VectorBytes.nearest(encoding, x);
            int place = Arrays.binarySearch(all, x);
            int above = place >= 0 ? place : -place - 1;
            for (int n = Math.max(0, above - 1); n <= Math.min(all.length - 1, above + 1); n++) {
                assertTrue(Math.abs((double) kept - x) <= Math.abs((double) all[n] - x),
                        encoding + ": " + x + " was kept as " + kept + ", nearer is " + all[n] + ", seed " + seed);
            }
        }
    }

    @Test
    void tiesOverflowsAndWhatIsNoNumber() {
        assertEquals(1f, VectorBytes.nearest(VectorEncoding.FLOAT16, 1 + 0x1p-11f), "the even one");
        assertEquals(1 + 0x1p-9f, VectorBytes.nearest(VectorEncoding.FLOAT16, 1 + 3 * 0x1p-11f), "the even one");
        assertEquals(1f, VectorBytes.nearest(VectorEncoding.BFLOAT16, 1 + 0x1p-8f), "the even one");
        assertEquals(1 + 0x1p-6f, VectorBytes.nearest(VectorEncoding.BFLOAT16, 1 + 3 * 0x1p-8f), "the even one");
        assertEquals(VectorEncoding.MAX_FLOAT16, VectorBytes.nearest(VectorEncoding.FLOAT16, 65_519.99f));
        assertEquals(Float.POSITIVE_INFINITY, VectorBytes.nearest(VectorEncoding.FLOAT16, 65_520f));
        assertEquals(widened(VectorEncoding.BFLOAT16, 0x7f7f), VectorBytes.nearest(VectorEncoding.BFLOAT16, Float.MAX_VALUE));
        for (VectorEncoding encoding : VectorEncoding.values()) {
            if (encoding.floats()) {
                assertTrue(Float.isNaN(VectorBytes.nearest(encoding, Float.NaN)), encoding.name());
                assertTrue(Float.isNaN(VectorBytes.nearest(encoding, Float.intBitsToFloat(0x7f800001))), encoding.name());
                assertEquals(Float.NEGATIVE_INFINITY, VectorBytes.nearest(encoding, Float.NEGATIVE_INFINITY));
            }
        }
        VectorBytes.checkFits(VectorEncoding.FLOAT16, new float[]{-65_519.99f, 0});
        VectorBytes.checkFits(VectorEncoding.BFLOAT16, new float[]{Float.MAX_VALUE});
        String message = assertThrows(IllegalArgumentException.class,
                () -> VectorBytes.checkFits(VectorEncoding.FLOAT16, new float[]{0, -65_520f})).getMessage();
        assertTrue(message.contains("component 1") && message.contains("65504"), message);
        for (float bad : new float[]{0.5f, 128, -129, Float.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> VectorBytes.nearest(VectorEncoding.INT8, bad));
        }
    }

    /// Rows of two bytes give the very distances of rows of floats that hold the same numbers, with all kernels: the smallest, the largest,
    /// subnormal ones and both zeros among them.
    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void distancesAreThoseOfTheSameNumbersAsFloats(VectorEncoding encoding) {
        Random random = new Random(31);
        for (int dimension : new int[]{1, 15, 16, 33, 64, 384, 1537}) {
            for (Metric metric : new Metric[]{Metric.SQUARED_L2, Metric.INNER_PRODUCT}) {
                int count = 9;
                MemorySegment halves = Arena.ofAuto().allocate(2L * dimension * count, 2);
                MemorySegment floats = Arena.ofAuto().allocate(4L * dimension * count, 4);
                float[] row = new float[dimension];
                for (int r = 0; r < count; r++) {
                    for (int i = 0; i < dimension; i++) {
                        int half = random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextInt();
                        float x = widened(encoding, half);
                        row[i] = Math.abs(x) < 1e15f ? x : 1f; // sums must not overflow
                    }
                    VectorBytes.write(encoding, row, halves, 2L * dimension * r);
                    VectorBytes.write(VectorEncoding.FLOAT32, row, floats, 4L * dimension * r);
                }
                DenseVectors narrow = DenseVectors.of(metric, encoding, dimension, count, 2L * dimension, halves);
                DenseVectors wide = DenseVectors.of(metric, VectorEncoding.FLOAT32, dimension, count, 4L * dimension, floats);
                float[] query = KernelAgreementTest.randomQuery(dimension, random);
                for (VectorKernels.Kind kind : KernelAgreementTest.kinds()) {
                    float[] found = new float[count];
                    float[] expected = new float[count];
                    new DenseScorer(narrow, kind).query(query).scoreRange(0, count, found);
                    new DenseScorer(wide, VectorKernels.Kind.SCALAR).query(query).scoreRange(0, count, expected);
                    assertTrue(Arrays.equals(expected, found),
                            kind + " " + encoding + " " + metric + " d=" + dimension + ": " + Arrays.toString(expected) + " "
                                    + Arrays.toString(found));
                }
            }
        }
    }
}
