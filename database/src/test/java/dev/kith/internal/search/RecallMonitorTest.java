package dev.kith.internal.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Effort;
import dev.kith.RecallEstimate;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What is learnt from comparisons of approximate with exact searches.
class RecallMonitorTest {
    private static final Effort ASKED = Effort.recall(0.95);

    @Test
    void aRecallBelowTheOneAskedRaisesTheEffortUntilItIsReached() {
        RecallMonitor monitor = new RecallMonitor(0.01, 16);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 4000; i++) {
            // a world in which the misses fall in proportion to the candidates: factor 3 reaches what is asked
            double misses = Math.min(1, 0.15 / monitor.factor("v", ASKED));
            double recall = 0;
            for (int j = 0; j < 10; j++) {
                recall += random.nextDouble() < misses ? 0 : 0.1;
            }
            monitor.take("v", ASKED, recall);
        }
        double factor = monitor.factor("v", ASKED);
        assertTrue(factor > 2.3 && factor < 6, "factor " + factor);
        assertEquals(1, monitor.factor("w", ASKED));
        assertEquals(1, monitor.factor("v", Effort.recall(0.9)));
    }

    @Test
    void aFactorThatWasRaisedShrinksWhenItIsNoLongerNeeded() {
        RecallMonitor monitor = new RecallMonitor(0.01, 16);
        for (int i = 0; i < 200; i++) {
            monitor.take("v", ASKED, 0.5);
        }
        double raised = monitor.factor("v", ASKED);
        assertTrue(raised > 1);
        for (int i = 0; i < 5000; i++) {
            monitor.take("v", ASKED, 1);
        }
        assertEquals(1, monitor.factor("v", ASKED));
    }

    @Test
    void anEstimateStandsInItsInterval() {
        RecallMonitor monitor = new RecallMonitor(0.01, 16);
        for (int i = 0; i < 100; i++) {
            monitor.take("v", Effort.auto(), i % 10 == 0 ? 0.5 : 1);
        }
        RecallEstimate estimate = monitor.estimates().getFirst();
        assertEquals(0.95, estimate.recall(), 1e-9);
        assertEquals(100, estimate.samples());
        // Wilson's interval for 95 of 100
        assertEquals(0.888, estimate.low(), 1e-3);
        assertEquals(0.978, estimate.high(), 1e-3);
        assertEquals(1, estimate.factor());
    }
}
