package dev.kith.core;

/// A build was not begun, because it would take more memory than [BuildControl#memoryBytes()] allows.
public final class BuildMemoryException extends RuntimeException {
    private final long needed;
    private final long allowed;

    /// @param needed bytes that the build would take
    /// @param allowed bytes that it may take
    public BuildMemoryException(long needed, long allowed) {
        super("the build would take " + needed + " bytes, and " + allowed + " are allowed");
        this.needed = needed;
        this.allowed = allowed;
    }

    /// What the build would take at its peak.
    public long neededBytes() {
        return needed;
    }

    /// What it may take.
    public long allowedBytes() {
        return allowed;
    }
}
