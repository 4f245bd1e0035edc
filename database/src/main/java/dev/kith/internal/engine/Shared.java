package dev.kith.internal.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the applying thread and the refreshing thread share: the lock over [Recent], and the two signals between them.
final class Shared {
    /// Guards [Recent] and the fields below.
    final ReentrantLock lock = new ReentrantLock();
    /// A refresh may be due.
    final Condition due = lock.newCondition();
    /// A refresh was published, or will never be.
    final Condition refreshed = lock.newCondition();
    /// When the last write was applied, in [System#nanoTime()].
    long lastWriteNanos = System.nanoTime();
    /// Why nothing is written any more, or null; set once.
    volatile @Nullable Throwable failure;
    private Consumer<Throwable> listener = _ -> {};
    /// Whether the refreshing thread has ended, by failure or by closing.
    boolean refreshEnded;

    /// Ends all writing; the first reason stays.
    Throwable fail(Throwable reason) {
        Consumer<Throwable> told;
        lock.lock();
        try {
            Throwable known = failure;
            if (known != null) {
                return known;
            }
            failure = reason;
            told = listener;
        } finally {
            lock.unlock();
        }
        told.accept(reason);
        return reason;
    }

    /// Has the first failure told to somebody, also if it has come already.
    void onFailure(Consumer<Throwable> other) {
        Throwable known;
        lock.lock();
        try {
            listener = other;
            known = failure;
        } finally {
            lock.unlock();
        }
        if (known != null) {
            other.accept(known);
        }
    }
}
