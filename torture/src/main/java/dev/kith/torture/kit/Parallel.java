package dev.kith.torture.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs one piece of work on several threads.
public final class Parallel {
    private Parallel() {}

    /// A piece of work.
    public interface Work {
        /// @param thread from 0
        void run(int thread) throws Exception;
    }

    /// Runs the work on so many threads and waits for all; the first failure is thrown.
    public static void run(int threads, Work work) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(pool.submit(() -> {
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Exception cause) {
                        throw cause;
                    }
                    throw e;
                }
            }
        }
    }
}
