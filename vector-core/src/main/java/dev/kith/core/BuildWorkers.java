package dev.kith.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs one stage of a build: tasks that write to different places and do not read what the others write, so that the result
/// does not depend on which thread takes which task, nor on how many threads there are.
///
/// Threads live for one stage. The calling thread works too; after the stage all others have ended, also when one failed
/// or the build was cancelled.
public final class BuildWorkers {
    private final int tasks;
    private final BuildControl control;
    private final Supplier<IntConsumer> workers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private BuildWorkers(int tasks, BuildControl control, Supplier<IntConsumer> workers) {
        this.tasks = tasks;
        this.control = control;
        this.workers = workers;
    }

    /// Runs tasks `[0, tasks)` on up to [BuildControl#threads()] threads.
    ///
    /// @param workers called once by each thread for what does its tasks: scratch that threads do not share
    /// @throws dev.kith.core.BuildCancelledException if the control asks for it; it is asked before each task
    public static void run(int tasks, BuildControl control, Supplier<IntConsumer> workers) {
        new BuildWorkers(tasks, control, workers).run();
    }

    private void run() {
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < Math.min(control.threads(), tasks); i++) {
            helpers.add(Thread.ofPlatform().daemon().name("kith-build-" + i).start(this::work));
        }
        work();
        join(helpers);
        switch (failure.get()) {
            case null -> {
            }
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    private void work() {
        try {
            IntConsumer worker = workers.get();
            int task = next.getAndIncrement();
            while (task < tasks && failure.get() == null) {
                control.checkCancelled();
                worker.accept(task);
                task = next.getAndIncrement();
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    /// Helpers write to what is under construction, so nobody leaves before they have ended.
    private static void join(List<Thread> helpers) {
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
