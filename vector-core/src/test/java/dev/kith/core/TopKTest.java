package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {
    @Test
    void holdsTheNearestWhateverTheOrder() {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(300);
            int k = 1 + random.nextInt(40);
            long[] keys = new long[n];
            for (int i = 0; i < n; i++) {
                keys[i] = TopK.key((random.nextInt(40) - 20) / 4f, i);
            }
            TopK top = new TopK(k);
            for (long key : keys) {
                top.offerKey(key);
            }
            Arrays.sort(keys);
            assertArrayEquals(Arrays.copyOf(keys, Math.min(k, n)), top.toSortedKeys(), "round " + round);
        }
    }

    @Test
    void keysOrderByDistanceThenOrdinal() {
        float[] ascending = {Float.NEGATIVE_INFINITY, -3e38f, -1f, -Float.MIN_VALUE, 0f, Float.MIN_VALUE, 1f, 3e38f,
                Float.POSITIVE_INFINITY};
        for (int i = 0; i + 1 < ascending.length; i++) {
            assertEquals(-1, Long.compare(TopK.key(ascending[i], Integer.MAX_VALUE), TopK.key(ascending[i + 1], 0)));
            assertEquals(ascending[i], TopK.distance(TopK.key(ascending[i], 7)));
        }
        assertEquals(TopK.key(0f, 3), TopK.key(-0f, 3));
        assertEquals(5, TopK.ordinal(TopK.key(-2f, 5)));
    }

    @Test
    void refusesNoCapacity() {
        assertThrows(IllegalArgumentException.class, () -> new TopK(0));
    }
}
