package dev.kith.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.IndexSpec;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A budget that is given out twice, or a build that goes on without its part of it, is no budget.
class MemoryBudgetTest {
    private static final long MB = 1 << 20;
    private static final VectorField FIELD = VectorField.of("v", 384, Metric.COSINE);

    @Test
    void buildsTogetherNeverTakeMoreThanTheirPart() throws Exception {
        MemoryBudget budget = new MemoryBudget(200 * MB);
        MemoryBudget.Lease first = budget.lease(60 * MB, () -> false);
        CompletableFuture<MemoryBudget.Lease> second = CompletableFuture.supplyAsync(() -> budget.lease(50 * MB, () -> false));
        assertThrows(java.util.concurrent.TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
        assertEquals(60 * MB, budget.building());
        first.close();
        second.get(30, TimeUnit.SECONDS).close();
        assertEquals(0, budget.building());
        assertEquals(60 * MB, budget.mostBuilding());
        assertThrows(IllegalArgumentException.class, () -> budget.lease(101 * MB, () -> false));
    }

    @Test
    void aCancelledBuildDoesNotWait() throws Exception {
        MemoryBudget budget = new MemoryBudget(200 * MB);
        AtomicBoolean cancelled = new AtomicBoolean();
        try (MemoryBudget.Lease _ = budget.lease(100 * MB, () -> false)) {
            CompletableFuture<MemoryBudget.Lease> waiting = CompletableFuture
                    .supplyAsync(() -> budget.lease(100 * MB, cancelled::get));
            cancelled.set(true);
            waiting.get(30, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void collectionsShareWhatWritesMayTake() {
        MemoryBudget budget = new MemoryBudget(256 * MB);
        budget.collections(1);
        assertEquals(32 * MB, budget.recentBytes(64 * MB));
        assertEquals(10 * MB, budget.bufferBytes(10 * MB));
        budget.collections(3);
        assertEquals(8 * MB, budget.recentBytes(64 * MB));
        assertEquals(64 * MB, new MemoryBudget(MemoryBudget.UNLIMITED).recentBytes(64 * MB));
    }

    /// From much memory to none: everything, fewer threads, smaller codes, lists, a scan. Each takes no more than is allowed.
    @Test
    void lessMemoryGivesUpMoreAndSaysSo() {
        int rank = 0;
        boolean[] seen = new boolean[5];
        for (long allowed = 700 * MB; allowed >= 0; allowed -= 2 * MB) {
            BuildPlan plan = BuildPlan.of(IndexSpec.hnsw(), 100_000, FIELD, 16, allowed);
            assertTrue(plan.bytes() <= allowed, plan::toString);
            int now = switch (plan.index()) {
                case IndexSpec.Hnsw graph when graph.rows() == IndexSpec.Hnsw.Rows.COMPACT -> 2;
                case IndexSpec.Hnsw _ -> plan.threads() == 16 ? 0 : 1;
                case IndexSpec.IvfPq _ -> 3;
                default -> 4;
            };
            assertTrue(now >= rank, "with less memory came more: " + plan);
            assertEquals(now == 0, plan.givenUp() == null, plan::toString);
            rank = now;
            seen[now] = true;
        }
        assertTrue(seen[0] && seen[1] && seen[2] && seen[4], "a step was never taken");
        BuildPlan half = BuildPlan.of(IndexSpec.hnsw(), 100_000, FIELD, 1, 128 * MB);
        assertEquals(IndexSpec.hnsw().compact(), half.index(), "what 256 MB give 100,000 records of 384 components");
        String said = String.valueOf(half.givenUp());
        for (String part : new String[]{"100,000", "a compact graph", "the quickest graph", "134.2 MB are allowed"}) {
            assertTrue(said.contains(part), said);
        }
    }

    @Test
    void withoutABudgetNothingIsGivenUp() {
        BuildPlan plan = BuildPlan.of(IndexSpec.hnsw(), 10_000_000, FIELD, 64, MemoryBudget.UNLIMITED);
        assertNull(plan.givenUp());
        assertEquals(IndexSpec.hnsw(), plan.index());
        assertFalse(plan.bytes() < 10_000_000L * 2_000, "the estimate leaves out the graph");
    }
}
