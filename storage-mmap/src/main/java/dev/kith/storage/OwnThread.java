package dev.kith.storage;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Runs work on threads that no caller can interrupt.
final class OwnThread {
    private OwnThread() {}

    static Thread start(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().start(work);
    }

    /// Runs `work` on a thread of its own and waits for it.
    static <T> T call(String name, Callable<T> work) throws StorageException {
        FutureTask<T> task = new FutureTask<>(work);
        start(name, task);
        return await(task);
    }

    /// Waits, deaf to interrupts, which stay pending.
    static <T> T await(Future<T> future) throws StorageException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException held) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    switch (failed.getCause()) {
                        case StorageException failure -> throw failure;
                        case RuntimeException failure -> throw failure;
                        case Error failure -> throw failure;
                        case null, default -> throw new IllegalStateException(failed);
                    }
                } catch (CancellationException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException held) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static <T> CompletableFuture<T> promise() {
        return new CompletableFuture<>();
    }
}
