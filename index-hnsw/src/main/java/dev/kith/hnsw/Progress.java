package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the work of a build on all its threads; the thread that made it tells the control.
final class Progress {
    private final BuildControl control;
    private final long total;
    private final Thread teller = Thread.currentThread();
    private final AtomicLong done = new AtomicLong();

    Progress(BuildControl control, long total) {
        this.control = control;
        this.total = total;
    }

    /// Adds `units`, of which there are never more than the total in all.
    void add(long units) {
        long now = done.addAndGet(units);
        if (Thread.currentThread() == teller) {
            control.progress(now, total);
        }
    }
}
