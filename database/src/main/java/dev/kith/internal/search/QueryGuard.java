package dev.kith.internal.search;

import dev.kith.Cancellation;
import dev.kith.QueryLimits;
import dev.kith.QueryStoppedException;
import dev.kith.QueryStoppedException.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Watches the limits of one query. Thread-safe: a query may search on several threads.
final class QueryGuard {
    private final QueryLimits limits;
    private final long deadlineNanos;
    private final boolean watching;
    private final AtomicLong bytes = new AtomicLong();

    QueryGuard(QueryLimits limits, long startNanos) {
        this.limits = limits;
        Duration timeout = limits.timeout();
        long nanos = timeout == null || timeout.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
        this.deadlineNanos = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : startNanos + nanos;
        this.watching = nanos != Long.MAX_VALUE || limits.cancellation() != null;
    }

    /// Whether time or cancellation can stop the query.
    boolean watching() {
        return watching;
    }

    int threads() {
        return limits.threads();
    }

    /// Stops the query if its time is up or it was cancelled.
    ///
    /// @throws QueryStoppedException if so
    void check() {
        if (!watching) {
            return;
        }
        Cancellation cancellation = limits.cancellation();
        if (cancellation != null && cancellation.cancelled()) {
            throw new QueryStoppedException(Reason.CANCELLED, "it was cancelled");
        }
        if (deadlineNanos != Long.MAX_VALUE && System.nanoTime() - deadlineNanos >= 0) {
            throw new QueryStoppedException(Reason.TIMEOUT, "it took longer than " + limits.timeout());
        }
    }

    /// Counts memory before it is taken.
    ///
    /// @throws QueryStoppedException if it would be more than allowed
    void charge(long more) {
        if (limits.maxBytes() != Long.MAX_VALUE && bytes.addAndGet(more) > limits.maxBytes()) {
            throw new QueryStoppedException(Reason.MEMORY, "candidates and records need more than maxBytes "
                    + limits.maxBytes() + ": ask for fewer hits or candidates, or a smaller projection");
        }
    }
}
