package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// That drills reach what they are for, and end where they cannot. What C2 makes of drilled kernels is [DrillMain]'s to judge.
class KernelDrillTest {
    /// Becomes fast after so many calls of either kind, as if the JVM had compiled it.
    private static KernelDrill becomesFastAfter(int calls, int empties, AtomicInteger counted) {
        return new KernelDrill(counted::addAndGet, i -> {
            if (counted.incrementAndGet() < calls) {
                busy(50_000);
            }
        }, empties);
    }

    private static void busy(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void kernelsAreCalledUntilTheyAreFast() {
        for (int empties : new int[]{KernelDrill.NONE, KernelDrill.FEW, KernelDrill.MANY}) {
            AtomicInteger first = new AtomicInteger();
            AtomicInteger second = new AtomicInteger();
            int slow = KernelDrill.run(List.of(becomesFastAfter(1_500, empties, first), becomesFastAfter(3_000, empties, second)),
                    60_000_000_000L);
            assertEquals(0, slow);
            assertTrue(first.get() >= 1_500, first + " calls");
            assertTrue(second.get() >= 3_000, second + " calls");
        }
    }

    @Test
    void aKernelThatStaysSlowIsGivenUp() {
        AtomicInteger counted = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        List<KernelDrill> drills = List.of(becomesFastAfter(Integer.MAX_VALUE, KernelDrill.FEW, counted),
                becomesFastAfter(800, KernelDrill.FEW, other));
        long before = System.nanoTime();
        assertEquals(1, KernelDrill.run(drills, 3_000_000_000L), "the other one had its turn");
        assertTrue(System.nanoTime() - before < 30_000_000_000L);
    }

    @Test
    void allKernelsCanBeDrilled() {
        Assumptions.assumeTrue(VectorKernels.best() != VectorKernels.Kind.SCALAR);
        try (Arena arena = Arena.ofConfined()) {
            for (KernelGroup group : KernelGroup.values()) {
                for (VectorKernels.Kind kind : KernelAgreementTest.kinds()) {
                    List<KernelDrill> drills = new ArrayList<>(
                            KernelDrills.of(group, kind, arena));
                    assertTrue(!drills.isEmpty() || group == KernelGroup.GATHERS, "of " + group);
                    KernelDrill.run(drills, 0);
                }
            }
        }
    }

    @Test
    void kernelsCalledForNothingLeaveTheirResultsAlone() {
        Assumptions.assumeTrue(VectorKernels.best() == VectorKernels.Kind.RAW);
        try (Arena arena = Arena.ofConfined()) {
            RowBlock rows = new RowBlock(arena.allocate(64), 1, 64, 64);
            float[] out = new float[8];
            Arrays.fill(out, 7);
            RawKernels.dot8(new QueryBlock(0), rows, new int[8], 0, out);
            RawKernels.squaredL2x4(new QueryBlock(0), rows, new int[4], 0, 3, out);
            assertEquals(0, RawKernels.dot1(new QueryBlock(0), rows, 0, new float[16]));
            for (float x : out) {
                assertEquals(7, x);
            }
        }
    }
}
