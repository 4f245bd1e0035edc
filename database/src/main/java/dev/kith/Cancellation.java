package dev.kith;

/// A handle by which one thread stops queries that others wait for. Give it to any number of queries. Thread-safe.
public final class Cancellation {
    private volatile boolean cancelled;

    /// Not cancelled yet.
    public Cancellation() {}

    /// Stops every query that has this handle, now and later, within a few milliseconds.
    public void cancel() {
        cancelled = true;
    }

    /// Whether [#cancel()] was called.
    public boolean cancelled() {
        return cancelled;
    }
}
