package dev.kith.core.pq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kith.core.VectorBytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Rounding that is not to the nearest, and a SIMD kernel that disagrees with its scalar twin or reads past a row.
class Bfloat16Test {
    @Test
    void roundsToTheNearestTiesToEvenAndStaysFinite() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 100_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(x)) {
                continue;
            }
            float half = VectorBytes.bfloat16ToFloat(VectorBytes.floatToBfloat16(x));
            float below = Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xffff0000);
            float above = Float.intBitsToFloat((Float.floatToRawIntBits(x) & 0xffff0000) + 0x10000);
            double wanted = Math.abs((double) x - below) <= Math.abs((double) above - x) || !Float.isFinite(above)
                    ? Math.abs((double) x - below)
                    : Math.abs((double) above - x);
            assertEquals(wanted, Math.abs((double) x - half), () -> x + " became " + half);
        }
        assertEquals(0x3f80, VectorBytes.floatToBfloat16(Float.intBitsToFloat(0x3f808000)), "a tie goes to the even one");
        assertEquals(0x3f82, VectorBytes.floatToBfloat16(Float.intBitsToFloat(0x3f818000)), "a tie goes to the even one");
        assertEquals(0x7f7f, VectorBytes.floatToBfloat16(Float.MAX_VALUE), "not infinite");
    }

    @Test
    void kernelsAgreeWithTheirScalarTwinsAtEverySize() {
        SplittableRandom random = new SplittableRandom(4);
        for (int dimension : new int[]{1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 384, 768, 1536, 1537}) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment rows = arena.allocate(3L * Bfloat16.rowBytes(dimension), 64);
                double[] dots = new double[3];
                double[] squares = new double[3];
                float[] query = new float[dimension];
                for (int i = 0; i < dimension; i++) {
                    query[i] = random.nextFloat() - 0.5f;
                }
                for (int r = 0; r < 3; r++) {
                    for (int i = 0; i < dimension; i++) {
                        short half = VectorBytes.floatToBfloat16(random.nextFloat() - 0.5f);
                        rows.set(ValueLayout.JAVA_SHORT, (long) r * Bfloat16.rowBytes(dimension) + 2L * i, half);
                        double x = VectorBytes.bfloat16ToFloat(half);
                        dots[r] += x * query[i];
                        squares[r] += (query[i] - x) * (query[i] - x);
                    }
                }
                Bfloat16.Query split = Bfloat16.Query.of(query);
                for (int r = 0; r < 3; r++) {
                    long at = (long) r * Bfloat16.rowBytes(dimension);
                    double off = 1e-6 * dimension;
                    assertEquals(dots[r], Bfloat16.scalarDot(split, rows, at), off);
                    assertEquals(dots[r], Bfloat16.dot(split, rows, at), off);
                    assertEquals(squares[r], Bfloat16.scalarSquaredL2(split, rows, at), off);
                    assertEquals(squares[r], Bfloat16.squaredL2(split, rows, at), off);
                }
                assertThrows(IndexOutOfBoundsException.class,
                        () -> Bfloat16.dot(split, rows, 2L * Bfloat16.rowBytes(dimension) + 2));
            }
        }
    }
}
