package dev.kith.core;

/// A build was cancelled through its [BuildControl]; nothing it made is usable and nothing was published.
public final class BuildCancelledException extends RuntimeException {
    /// A build was cancelled.
    public BuildCancelledException() {
        super("the build was cancelled");
    }
}
