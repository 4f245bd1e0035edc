package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CandidatePoolTest {
    /// Against a sorted list: what is kept, its order, and that each candidate is expanded once, nearest first.
    @Test
    void behavesAsASortedList() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int capacity = 1 + random.nextInt(40);
            CandidatePool pool = new CandidatePool(4);
            pool.reset(capacity);
            List<Long> model = new ArrayList<>();
            List<Long> expanded = new ArrayList<>();
            for (int ordinal = 0; ordinal < 120; ordinal++) {
                float distance = (random.nextInt(10_000) - 5_000) * 128 + ordinal; // no two are equal
                pool.insert(distance, ordinal);
                model.add(TopK.key(distance, ordinal));
                model.sort(null);
                while (model.size() > capacity) {
                    model.removeLast();
                }
                if (random.nextInt(3) == 0) {
                    Long next = model.stream().filter(key -> !expanded.contains(key)).findFirst().orElse(null);
                    assertEquals(next != null, pool.hasNext(), "seed " + seed);
                    if (next != null) {
                        assertEquals(TopK.ordinal(next), pool.expandNext(), "seed " + seed);
                        expanded.add(next);
                    }
                }
                assertEquals(model.size(), pool.size(), "seed " + seed);
                for (int i = 0; i < model.size(); i++) {
                    assertEquals(model.get(i), pool.key(i), "seed " + seed);
                }
                assertTrue(model.size() < capacity || pool.bound() == TopK.distance(model.getLast()), "seed " + seed);
            }
            pool.reset(capacity);
            assertFalse(pool.hasNext());
        }
    }
}
