package dev.kith.core;

/// What a long build asks and tells while it runs. Called from the building threads, at least every few milliseconds of
/// work, so that a build stops within two seconds of a cancellation.
public interface BuildControl {
    /// Nobody watches, nobody cancels.
    BuildControl NONE = new BuildControl() {
        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(long done, long total) {}
    };

    /// Whether the build should stop. It then throws [BuildCancelledException] and leaves nothing behind.
    boolean cancelled();

    /// Reports that `done` of `total` units are built.
    void progress(long done, long total);

    /// Throws if the build should stop.
    default void checkCancelled() {
        if (cancelled()) {
            throw new BuildCancelledException();
        }
    }
}
