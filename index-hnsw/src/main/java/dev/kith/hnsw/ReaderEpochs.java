package dev.kith.hnsw;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;

/// Which searches are under way, and since when: what a writer asks before it uses a place again that a search might still look
/// at. A search enters before it reads anything and leaves at its end; times are sequence numbers of changes. Thread-safe.
final class ReaderEpochs {
    /// Searches at once; more wait.
    private static final int PLACES = 256;
    private static final long FREE = Long.MAX_VALUE;

    private final AtomicLongArray since = new AtomicLongArray(PLACES);
    private final Semaphore permits = new Semaphore(PLACES);

    ReaderEpochs() {
        for (int i = 0; i < PLACES; i++) {
            since.set(i, FREE);
        }
    }

    /// @param now a sequence number that was current when the search began
    /// @return what to leave with
    int enter(long now) {
        permits.acquireUninterruptibly();
        int i = (int) Thread.currentThread().threadId() & PLACES - 1;
        while (!since.compareAndSet(i, FREE, now)) {
            i = i + 1 & PLACES - 1;
        }
        return i;
    }

    void leave(int place) {
        since.set(place, FREE);
        permits.release();
    }

    /// The sequence number since which the oldest search runs; larger than any if there is none.
    long oldest() {
        long oldest = FREE;
        for (int i = 0; i < PLACES; i++) {
            oldest = Math.min(oldest, since.get(i));
        }
        return oldest;
    }
}
