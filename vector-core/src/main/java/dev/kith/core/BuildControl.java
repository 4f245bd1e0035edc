package dev.kith.core;

import org.jspecify.annotations.Nullable;

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

    /// Where a build may send work that has many queries at once, such as assigning points to centroids or finding the
    /// neighbours of whole blocks of rows; null if it keeps all work to itself. Builds use it only for what it does sooner than
    /// they do, so one that never leaves the CPU changes nothing.
    default @Nullable BatchScorer batchScorer() {
        return null;
    }

    /// The same control with somewhere to send batch work. Whoever opened the scorer keeps it open during the build.
    default BuildControl withBatchScorer(BatchScorer scorer) {
        BuildControl self = this;
        return new BuildControl() {
            @Override
            public boolean cancelled() {
                return self.cancelled();
            }

            @Override
            public void progress(long done, long total) {
                self.progress(done, total);
            }

            @Override
            public BatchScorer batchScorer() {
                return scorer;
            }
        };
    }

    /// Throws if the build should stop.
    default void checkCancelled() {
        if (cancelled()) {
            throw new BuildCancelledException();
        }
    }
}
