package dev.kith.bench.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The measure itself, against values worked out by hand.
class HybridQualityTest {
    @Test
    void gainIsDiscountedByRank() {
        assertEquals(1, HybridQuality.ndcg(List.of("7", "1", "2"), Set.of(7)), 1e-12);
        assertEquals(1 / (Math.log(3) / Math.log(2)), HybridQuality.ndcg(List.of("1", "7"), Set.of(7)), 1e-12);
        assertEquals(0, HybridQuality.ndcg(List.of("1", "2"), Set.of(7)), 1e-12);
        double two = 1 + 1 / (Math.log(3) / Math.log(2));
        assertEquals((1 + 0.5) / two, HybridQuality.ndcg(List.of("7", "1", "8"), Set.of(7, 8)), 1e-12);
        assertEquals(1, HybridQuality.ndcg(List.of("8", "7"), Set.of(7, 8)), 1e-12);
    }

    @Test
    void queriesOfAllKindsCountAlike() {
        HybridQuality.Row all = HybridQuality.together("words", List.of(new HybridQuality.Row("words", "a", 10, 0.5, 0.2),
                new HybridQuality.Row("words", "b", 30, 0.9, 0.6)));
        assertEquals(40, all.queries());
        assertEquals(0.8, all.hit(), 1e-12);
        assertEquals(0.5, all.ndcg(), 1e-12);
    }
}
