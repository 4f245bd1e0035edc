package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Metric;
import dev.kith.core.batch.AcceleratorOptions;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GpuConcurrencyTest {
    private static final long PLENTY = 1L << 30;

    @Test
    void threadsAndCollectionsShareOneDevice() throws Exception {
        CudaDouble.reset(PLENTY);
        GpuOptions options = CudaDouble.options(CudaDouble.accelerator(100, 64 << 10), GpuPrecision.FLOAT32);
        try (GpuBatchScorer scorer = CudaDouble.open(options);
                Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                int seed = 100 + thread;
                Metric metric = Metric.values()[thread % 3];
                GpuWorkload work = GpuWorkload.random(arena, metric, new GpuWorkload.Size(300, 5 + 7 * thread, 40, 6), seed);
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 15; round++) {
                        work.assertAnswers(work.answeredBy(scorer), "thread " + seed + ", round " + round);
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
            assertTrue(CudaDouble.live(CudaDouble.Kind.PINNED_MEMORY) <= 5, "one lane's pinned memory, however many threads");
        }
        CudaDouble.assertClean("shared");
    }

    @Test
    void oneCallTooManyIsRefusedNotQueued() throws Exception {
        CudaDouble.reset(1, PLENTY, 13000, 3000);
        GpuOptions options = CudaDouble.options(CudaDouble.accelerator(0, 16 << 10), GpuPrecision.FLOAT32);
        try (GpuBatchScorer scorer = CudaDouble.open(options);
                Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newFixedThreadPool(1)) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            GpuWorkload work = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(500, 8, 10, 3), 7);
            Future<long[][]> first = threads
                    .submit(() -> scorer.nearest(work.vectors(), work.queries(), work.queryCount(), work.k(),
                            new Held(work.accept(), inside, go)));
            assertTrue(inside.await(30, TimeUnit.SECONDS));
            assertThrows(GpuBusyException.class, () -> work.answeredBy(scorer));
            go.countDown();
            work.assertAnswers(first.get(), "the one that was first");
            assertTrue(scorer.usable());
            work.assertAnswers(work.answeredBy(scorer), "afterwards");
        }
        CudaDouble.assertClean("busy");
    }

    @Test
    void closingInFlightEndsTheCallAndFreesEverything() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        for (int round = 0; round < 12; round++) {
            CudaDouble.reset(1, PLENTY, 13000, 300);
            GpuOptions options = CudaDouble.options(CudaDouble.accelerator(10, 16 << 10), GpuPrecision.FLOAT32);
            GpuBatchScorer scorer = CudaDouble.open(options);
            try (Arena arena = Arena.ofShared(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
                CountDownLatch inside = new CountDownLatch(1);
                GpuWorkload work = GpuWorkload.random(arena, Metric.INNER_PRODUCT, new GpuWorkload.Size(2000, 16, 60, 3), 4);
                Future<long[][]> call = threads.submit(() -> scorer.nearest(work.vectors(), work.queries(), work.queryCount(),
                        work.k(), new Held(work.accept(), inside, new CountDownLatch(0))));
                Future<long[][]> waiting = threads.submit(() -> work.answeredBy(scorer));
                assertTrue(inside.await(30, TimeUnit.SECONDS));
                TimeUnit.MILLISECONDS.sleep(round);
                scorer.close();
                CudaDouble.assertClean("round " + round);
                finishOrClosed(call, work, ended);
                finishOrClosed(waiting, work, ended);
            }
        }
        assertTrue(ended.get() > 0, "no round met a call in flight");
    }

    private static void finishOrClosed(Future<long[][]> call, GpuWorkload work, AtomicInteger ended) throws InterruptedException {
        try {
            work.assertAnswers(call.get(), "finished before the close");
        } catch (ExecutionException e) {
            assertEquals(GpuClosedException.class, e.getCause().getClass(), e.toString());
            ended.incrementAndGet();
        }
    }

    @Test
    void manyOpenersAndClosersLeaveNothing() throws Exception {
        CudaDouble.reset(1, PLENTY, 13000, 0);
        try (ExecutorService threads = Executors.newFixedThreadPool(4); Arena arena = Arena.ofShared()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                GpuWorkload work = GpuWorkload.random(arena, Metric.COSINE, new GpuWorkload.Size(100, 12, 9, 5), 60 + thread);
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 10; round++) {
                        try (GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options(AcceleratorOptions.AUTO,
                                GpuPrecision.FLOAT16))) {
                            work.assertAnswers(work.answeredBy(scorer), "round " + round);
                        }
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
        CudaDouble.assertClean("openers and closers");
    }

    /// Accepts what another set does; says when it is first asked for rows, and waits to go on.
    private record Held(AcceptOrdinals inner, CountDownLatch inside, CountDownLatch go) implements AcceptOrdinals {
        @Override
        public boolean accepts(int ordinal) {
            return inner.accepts(ordinal);
        }

        @Override
        public int cardinality() {
            return inner.cardinality();
        }

        @Override
        public int next(int from, int[] target) {
            inside.countDown();
            try {
                assertTrue(go.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return inner.next(from, target);
        }
    }
}
