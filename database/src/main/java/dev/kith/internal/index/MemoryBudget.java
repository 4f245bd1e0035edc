package dev.kith.internal.index;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What all collections of one database may take in memory together, on and off the heap, and who has which part of it. Mapped
/// files are the system's cache and do not count.
///
/// | part | who | how it is kept |
/// |---|---|---|
/// | a half | builds of indexes | each asks for what it takes at most before it begins, and waits for others to end |
/// | a quarter | recent writes, whose records take about as much again on the heap as they are counted for | writers wait |
/// | an eighth | Lucene's buffers of documents not yet in a segment | Lucene flushes |
/// | an eighth | searches, filters, merging of words and records, codes of what is flushed | bounded by the limits of queries, and by what is flushed |
///
/// Thread-safe.
public final class MemoryBudget {
    /// As much as anybody wants.
    public static final long UNLIMITED = Long.MAX_VALUE;
    private static final long POLL_MILLIS = 50;

    private final long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private int collections;
    private long building;
    private long mostBuilding;

    /// @param bytes to give out, or [#UNLIMITED]
    public MemoryBudget(long bytes) {
        this.bytes = bytes;
    }

    /// What there is to give out, or [#UNLIMITED].
    public long bytes() {
        return bytes;
    }

    private boolean unlimited() {
        return bytes == UNLIMITED;
    }

    /// A collection was opened, or closed.
    public void collections(int change) {
        lock.lock();
        try {
            collections += change;
        } finally {
            lock.unlock();
        }
    }

    /// What the recent writes of one collection may take, in the log's bytes and off the heap.
    ///
    /// @param wished without a budget
    public long recentBytes(long wished) {
        return share(wished, bytes / 8);
    }

    /// What Lucene may buffer for one collection.
    ///
    /// @param wished without a budget
    public long bufferBytes(long wished) {
        return share(wished, bytes / 8);
    }

    private long share(long wished, long all) {
        if (unlimited()) {
            return wished;
        }
        lock.lock();
        try {
            return Math.min(wished, Math.max(1 << 20, all / Math.max(1, collections)));
        } finally {
            lock.unlock();
        }
    }

    /// The most that one build may take.
    public long buildBytes() {
        return unlimited() ? UNLIMITED : bytes / 2;
    }

    /// A build's part of the budget, which closing it gives back.
    public final class Lease implements AutoCloseable {
        private final long leased;

        private Lease(long leased) {
            this.leased = leased;
        }

        @Override
        public void close() {
            take(-leased);
        }
    }

    /// Takes a part for a build, once other builds have left enough.
    ///
    /// @param wanted at most [#buildBytes()]
    /// @param cancelled whether the build has become needless; it then gets what it asked for at once, and must not begin
    public Lease lease(long wanted, BooleanSupplier cancelled) {
        if (wanted > buildBytes()) {
            throw new IllegalArgumentException("a build may take " + buildBytes() + " bytes, wanted " + wanted);
        }
        lock.lock();
        try {
            while (!unlimited() && building > 0 && building + wanted > buildBytes() && !cancelled.getAsBoolean()) {
                try {
                    if (!freed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                        continue; // perhaps it was cancelled
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break; // Lucene interrupts merges only to abort them
                }
            }
            take(wanted);
            return new Lease(wanted);
        } finally {
            lock.unlock();
        }
    }

    private void take(long change) {
        lock.lock();
        try {
            building += change;
            mostBuilding = Math.max(mostBuilding, building);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What builds under way have taken.
    public long building() {
        lock.lock();
        try {
            return building;
        } finally {
            lock.unlock();
        }
    }

    /// The most that builds had taken at one time.
    public long mostBuilding() {
        lock.lock();
        try {
            return mostBuilding;
        } finally {
            lock.unlock();
        }
    }
}
