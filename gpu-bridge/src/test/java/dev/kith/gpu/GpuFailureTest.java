package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Metric;
import dev.kith.core.batch.AcceleratorException;
import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.AcceleratorProvider;
import dev.kith.core.batch.AcceleratorMode;
import dev.kith.core.batch.BatchAccelerator;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.batch.BatchShape;
import dev.kith.core.DenseVectors;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every call to the library fails once with every code, and for ever: the caller gets the error or the CPU's answer, and
/// nothing is left behind.
class GpuFailureTest {
    private static final long PLENTY = 1L << 30;
    /// CUDA: invalid value, out of memory, no initialization, ECC, illegal address, launch failure, unknown; each with a cuBLAS
    /// status for the calls that have those.
    private static final int[][] CODES = {{1, 7}, {2, 3}, {3, 1}, {214, 14}, {700, 13}, {719, 13}, {999, 15}};

    private static final Logger LOG = Logger.getLogger("dev.kith");

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF); // the warnings are as many as the failures
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    private final Arena arena = Arena.ofConfined();
    private final GpuWorkload work = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(260, 9, 7, 4), 21);

    @AfterEach
    void free() {
        arena.close();
    }

    /// Opens, loads resident vectors, searches resident and streamed, closes.
    private void everything(GpuOptions options) {
        try (GpuBatchScorer scorer = CudaDouble.open(options)) {
            try (ResidentVectors resident = scorer.resident(work.vectors())) {
                assertTrue(resident.bytes() > 0);
                work.assertAnswers(work.answeredBy(scorer), "resident");
            }
            work.assertAnswers(work.answeredBy(scorer), "streamed");
        }
    }

    @Test
    void everyCallFailsOnceWithEveryCode() {
        failEverywhere(false);
    }

    @Test
    void theDeviceIsLostAtEveryCall() {
        failEverywhere(true);
    }

    private void failEverywhere(boolean forEver) {
        // A cap that needs several blocks, so that failures meet work under way in both slots.
        GpuOptions options = CudaDouble.options(AcceleratorOptions.REQUIRED.withMemoryBytes(24 << 10), GpuPrecision.FLOAT32);
        CudaDouble.reset(1, PLENTY, 13000, 0);
        everything(options);
        long calls = CudaDouble.calls();
        assertTrue(calls > 60, "calls in a run without failures: " + calls);
        for (int[] code : CODES) {
            for (long call = 1; call <= calls; call++) {
                String what = "call " + call + " of " + calls + " fails with " + code[0] + "/" + code[1]
                        + (forEver ? " for ever" : "");
                CudaDouble.fail(call, code[0], code[1], forEver);
                try {
                    everything(options);
                    // Only a clock that is not told may be passed over.
                    assertTrue(code[0] == 1 && call < 20, what + ", and nobody noticed");
                } catch (CudaException e) {
                    assertTrue(e.code() == code[0] || e.code() == code[1], what + ": " + e);
                    assertTrue(e.getMessage().startsWith(e.function() + " failed with " + e.code() + ": "), e.getMessage());
                } catch (AssertionError refused) {
                    assertTrue(call < 20 && refused.getMessage() != null && refused.getMessage().contains("" + code[0])
                            || call < 20 && code[0] == 1, what + ": " + refused); // opening gave a reason instead
                }
                CudaDouble.fail(0, 0, 0, false);
                CudaDouble.assertClean(what);
            }
        }
    }

    @Test
    void inAutoModeEveryFailureIsAnsweredByTheCpu() {
        CudaDouble.reset(1, PLENTY, 13000, 0);
        long calls = 0;
        for (long call = 0; call <= calls; call++) {
            GpuBatchScorer device = CudaDouble.open(CudaDouble.options(CudaDouble.accelerator(4, 8 << 10), GpuPrecision.FLOAT32));
            try (BatchScorers scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of(eager(device)))) {
                CudaDouble.fail(call, CudaDouble.LAUNCH_FAILURE, CudaDouble.EXECUTION_FAILED, true);
                work.assertAnswers(work.answeredBy(scorers), "call " + call);
                work.assertAnswers(work.answeredBy(scorers), "after call " + call);
                var statistics = scorers.statistics();
                if (call == 0) {
                    calls = CudaDouble.calls();
                    assertEquals(2, statistics.acceleratorCalls());
                } else {
                    assertEquals(1, statistics.fallbacks(), "call " + call + ": " + statistics);
                    assertFalse(device.usable(), "call " + call);
                    String failure = statistics.lastFailure();
                    assertTrue(failure != null && failure.contains(" failed with "), failure);
                }
            }
            CudaDouble.fail(0, 0, 0, false);
            CudaDouble.assertClean("auto, call " + call);
        }
        assertTrue(calls > 40, "calls of two searches: " + calls);
    }

    @Test
    void inRequiredModeTheErrorReachesTheCaller() {
        CudaDouble.reset(PLENTY);
        GpuBatchScorer device = CudaDouble.open(CudaDouble.options());
        try (BatchScorers scorers = BatchScorers.open(AcceleratorOptions.REQUIRED, List.of(eager(device)))) {
            work.assertAnswers(work.answeredBy(scorers), "required");
            CudaDouble.fail(5, 700, 13, true);
            assertInstanceOf(CudaException.class, assertThrows(AcceleratorException.class, () -> work.answeredBy(scorers)));
            assertThrows(GpuClosedException.class, () -> work.answeredBy(scorers));
        }
        CudaDouble.assertClean("required");
    }

    @Test
    void deviceMemoryTakenByOthersIsAnErrorNotACrash() {
        // No cap, so the budget is what was free when the device was opened; then another program takes it.
        CudaDouble.reset(PLENTY);
        GpuOptions options = CudaDouble.options(AcceleratorOptions.REQUIRED.withMemoryBytes(PLENTY), GpuPrecision.FLOAT32);
        GpuBatchScorer scorer = CudaDouble.open(options);
        CudaDouble.reset(1000);
        CudaException error = assertThrows(CudaException.class, () -> work.answeredBy(scorer));
        assertEquals(2, error.code());
        assertEquals("cudaMalloc", error.function());
        scorer.close();
        CudaDouble.assertClean("out of memory");
    }

    /// Offers an open device, said to be quick so that the cost model always takes it.
    private static AcceleratorProvider eager(GpuBatchScorer device) {
        BatchAccelerator quick = new BatchAccelerator() {
            @Override
            public double estimatedSeconds(BatchShape shape) {
                return 0;
            }

            @Override
            public boolean usable() {
                return device.usable();
            }

            @Override
            public void close() {
                device.close();
            }

            @Override
            public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
                return device.nearest(vectors, queries, queryCount, k, accept);
            }

            @Override
            public String name() {
                return device.name();
            }
        };
        return new AcceleratorProvider() {
            @Override
            public String name() {
                return "double";
            }

            @Override
            public Found open(AcceleratorOptions options) {
                assertFalse(options.mode() == AcceleratorMode.OFF);
                return new Found.Usable(quick);
            }
        };
    }
}
