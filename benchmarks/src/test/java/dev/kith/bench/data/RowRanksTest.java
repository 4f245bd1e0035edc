package dev.kith.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowRanksTest {
    @Test
    void chanceRanksArePermutationsAndTheSameEachTime() {
        int[] ranks = RowRanks.random(1000);
        assertArrayEquals(ranks, RowRanks.random(1000));
        assertArrayEquals(IntStream.range(0, 1000).toArray(), Arrays.stream(ranks).sorted().toArray());
        assertTrue(IntStream.range(0, 1000).filter(row -> ranks[row] == row).count() < 20, "not shuffled");
    }

    @Test
    void aRegionIsRankedByDistanceToItsCentre() {
        try (Arena arena = Arena.ofConfined()) {
            int rows = 3000;
            MemorySegment bytes = arena.allocate(rows * 64L, 64);
            for (int row = 0; row < rows; row++) {
                bytes.set(ValueLayout.JAVA_FLOAT, row * 64L, row % 7 == 0 ? -row : row);
            }
            DenseVectors vectors = new DenseVectors(Metric.SQUARED_L2, VectorEncoding.FLOAT32, 1, rows, 64, bytes,
                    MemorySegment.NULL);
            int[] ranks = RowRanks.region(vectors);
            int centre = IntStream.range(0, rows).filter(row -> ranks[row] == 0).findFirst().orElseThrow();
            float at = bytes.get(ValueLayout.JAVA_FLOAT, centre * 64L);
            int[] byRank = new int[rows];
            IntStream.range(0, rows).forEach(row -> byRank[ranks[row]] = row);
            float last = 0;
            for (int row : byRank) {
                float distance = Math.abs(bytes.get(ValueLayout.JAVA_FLOAT, row * 64L) - at);
                assertTrue(distance >= last, "row " + row);
                last = distance;
            }
            assertEquals(rows, Arrays.stream(ranks).distinct().count());
        }
    }
}
