package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// That kernels become warm when they are wanted, and only those.
class KernelWarmUpTest {
    private static void until(KernelWarmUp warmUp, KernelGroup group) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            while (!warmUp.isWarm(group)) {
                Thread.sleep(1);
            }
        });
    }

    private static KernelWarmUp ofThisJvm() {
        Assumptions.assumeTrue(VectorKernels.best() != VectorKernels.Kind.SCALAR);
        return new KernelWarmUp(VectorKernels.best());
    }

    @Test
    void whatNobodyWantsStaysCold() {
        KernelWarmUp warmUp = ofThisJvm();
        assertFalse(warmUp.isWarm(KernelGroup.FLOAT32_DOT), "asked for the first time");
        until(warmUp, KernelGroup.FLOAT32_DOT);
        assertFalse(warmUp.allWarm());
        assertFalse(warmUp.isWarm(KernelGroup.INT8_DOT), "nobody had asked");
        until(warmUp, KernelGroup.INT8_DOT); // after the thread of the first may have ended
        assertTrue(warmUp.isWarm(KernelGroup.FLOAT32_DOT), "stays warm");
    }

    @Test
    void manyWhoAskAtOnceAllSeeIt() throws InterruptedException {
        KernelWarmUp warmUp = ofThisJvm();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            KernelGroup group = KernelGroup.values()[t % KernelGroup.values().length];
            threads.add(Thread.ofPlatform().start(() -> until(warmUp, group)));
        }
        warmUp.awaitAll();
        assertTrue(warmUp.allWarm());
        for (Thread thread : threads) {
            thread.join(120_000);
            assertFalse(thread.isAlive());
        }
    }

    @Test
    void whoAwaitsAGroupHasIt() throws InterruptedException {
        KernelWarmUp warmUp = ofThisJvm();
        for (int i = 0; i < 60 && !warmUp.isWarm(KernelGroup.FLOAT32_SQUARED_L2); i++) {
            warmUp.await(KernelGroup.FLOAT32_SQUARED_L2); // at most a second
        }
        assertTrue(warmUp.isWarm(KernelGroup.FLOAT32_SQUARED_L2));
        assertFalse(warmUp.allWarm());
        new KernelWarmUp(VectorKernels.Kind.SCALAR).await(KernelGroup.FLOAT32_DOT);
    }

    @Test
    void scalarKernelsNeedNoWarmth() throws InterruptedException {
        KernelWarmUp warmUp = new KernelWarmUp(VectorKernels.Kind.SCALAR);
        warmUp.awaitAll();
        for (KernelGroup group : KernelGroup.values()) {
            assertTrue(warmUp.isWarm(group));
        }
        assertTrue(warmUp.allWarm());
    }

    @Test
    void everyKindOfVectorHasItsGroup() {
        for (VectorEncoding encoding : VectorEncoding.values()) {
            for (Metric metric : Metric.values()) {
                DenseVectors vectors = new DenseVectors(metric, encoding, 1, 0, encoding.bytes(),
                        java.lang.foreign.MemorySegment.NULL, java.lang.foreign.MemorySegment.NULL);
                KernelGroup group = KernelGroup.of(vectors);
                assertEquals(encoding, group.encoding);
                assertEquals(metric == Metric.SQUARED_L2, group.metric == Metric.SQUARED_L2);
            }
        }
    }
}
