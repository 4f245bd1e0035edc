package dev.kith.internal.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
    /// Whether the refreshing thread has ended, by failure or by closing.
    boolean refreshEnded;

    /// Ends all writing; the first reason stays.
    Throwable fail(Throwable reason) {
        lock.lock();
        try {
            Throwable first = failure == null ? reason : failure;
            failure = first;
            return first;
        } finally {
            lock.unlock();
        }
    }
}
