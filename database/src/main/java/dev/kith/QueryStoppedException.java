package dev.kith;

/// A query was stopped before it had an answer, by a limit that the caller set in [QueryLimits]. Nothing was changed.
public final class QueryStoppedException extends KithException {
    /// Why a query is stopped.
    public enum Reason {
        /// Its time was up.
        TIMEOUT,
        /// Somebody called [Cancellation#cancel()].
        CANCELLED,
        /// It would have needed more memory than it was allowed.
        MEMORY
    }

    private final Reason reason;

    /// @param reason why
    /// @param detail the limit and what was met
    public QueryStoppedException(Reason reason, String detail) {
        super("query stopped: " + detail, null);
        this.reason = reason;
    }

    /// Why it was stopped.
    public Reason reason() {
        return reason;
    }
}
