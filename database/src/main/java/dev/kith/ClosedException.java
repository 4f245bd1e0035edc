package dev.kith;

/// The handle was used after it, or its database, was closed, or after its collection was dropped.
public final class ClosedException extends KithException {
    /// @param what the handle that is closed
    public ClosedException(String what) {
        super(what + " is closed", null);
    }
}
