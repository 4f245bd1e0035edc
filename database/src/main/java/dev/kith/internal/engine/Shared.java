package dev.kith.internal.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
    /// Whether the refreshing thread has ended, by failure or by closing.
    boolean refreshEnded;
}
