package dev.kith.internal.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Does the segments of one search on several virtual threads, the calling one among them, and is done when all have ended: what
/// the search uses may be freed afterwards.
final class SegmentThreads {
    private SegmentThreads() {}

    /// Maps all jobs; the results are in their order. The first failure is thrown, after every thread has ended.
    static <J, R> List<R> map(List<J> jobs, int threads, Function<J, R> work) {
        AtomicReferenceArray<@Nullable R> results = new AtomicReferenceArray<>(jobs.size());
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable loop = () -> {
            for (int i = next.getAndIncrement(); i < jobs.size() && failure.get() == null; i = next.getAndIncrement()) {
                try {
                    results.set(i, work.apply(jobs.get(i)));
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }
        };
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            helpers.add(Thread.ofVirtual().name("kith-segment-", i).start(loop));
        }
        loop.run();
        join(helpers);
        switch (failure.get()) {
            case null -> {
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        List<R> all = new ArrayList<>(jobs.size());
        for (int i = 0; i < jobs.size(); i++) {
            all.add(Objects.requireNonNull(results.get(i)));
        }
        return all;
    }

    private static void join(List<Thread> helpers) {
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (true) {
                try {
                    helper.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
