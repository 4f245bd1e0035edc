package dev.kith;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What one query may take. A query that goes over a limit ends with a [QueryStoppedException]; its answer is never cut short.
///
/// @param timeout time from the call to the answer, above zero; null for no limit
/// @param cancellation stops the query from another thread; null if nobody will
/// @param maxBytes estimated bytes of heap that candidates and loaded records may take, at least 4,096
/// @param threads threads that search segments at the same time, in `[1, 64]`; 1 searches on the calling thread
public record QueryLimits(@Nullable Duration timeout, @Nullable Cancellation cancellation, long maxBytes, int threads) {
    /// No limits, one thread.
    public static final QueryLimits NONE = new QueryLimits(null, null, Long.MAX_VALUE, 1);

    /// Checks the ranges.
    public QueryLimits {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new InvalidQueryException("timeout", "a time above zero", timeout.toString());
        }
        if (maxBytes < 4096) {
            throw new InvalidQueryException("maxBytes", "at least 4096", Long.toString(maxBytes));
        }
        if (threads < 1 || threads > 64) {
            throw new InvalidQueryException("threads", "a number in [1, 64]", Integer.toString(threads));
        }
    }

    /// With a limit of time.
    public QueryLimits withTimeout(Duration value) {
        return new QueryLimits(value, cancellation, maxBytes, threads);
    }

    /// With a handle to cancel by.
    public QueryLimits withCancellation(Cancellation value) {
        return new QueryLimits(timeout, value, maxBytes, threads);
    }

    /// With a limit of memory.
    public QueryLimits withMaxBytes(long value) {
        return new QueryLimits(timeout, cancellation, value, threads);
    }

    /// With more threads.
    public QueryLimits withThreads(int value) {
        return new QueryLimits(timeout, cancellation, maxBytes, value);
    }
}
