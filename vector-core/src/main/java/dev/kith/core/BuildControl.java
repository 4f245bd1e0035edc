package dev.kith.core;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// What a long build asks and tells while it runs. [#cancelled()] is asked by all building threads, at least every few dozen
/// milliseconds of work, so that a build stops within two seconds of a cancellation; [#progress] is told by the calling
/// thread only.
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

    /// Where a build puts what it makes. An arena that is closed frees it at once, so whoever gives one keeps it open as long as what
    /// was built is used; without one the garbage collector frees it some time after its last use.
    default Arena arena() {
        return Arena.ofAuto();
    }

    /// How many threads a build may use, the calling one among them; at least 1. What is built does not depend on it.
    default int threads() {
        return 1;
    }

    /// Bytes of memory, on and off the heap, that a build may take at its peak, what it makes included and the vectors not. A build
    /// reckons beforehand what it will take, and does not begin if that is more.
    default long memoryBytes() {
        return Long.MAX_VALUE;
    }

    /// The same control with a limit to memory.
    ///
    /// @throws IllegalArgumentException if it is negative
    default BuildControl withMemory(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("memory must not be negative, was " + bytes);
        }
        return new ForwardingBuildControl(this) {
            @Override
            public long memoryBytes() {
                return bytes;
            }
        };
    }

    /// Throws if a build would take more memory than it may.
    ///
    /// @param needed bytes that it would take
    /// @throws BuildMemoryException if they are more than [#memoryBytes()]
    default void checkMemory(long needed) {
        if (needed > memoryBytes()) {
            throw new BuildMemoryException(needed, memoryBytes());
        }
    }

    /// The same control with another number of threads.
    ///
    /// @throws IllegalArgumentException if it is less than 1
    default BuildControl withThreads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + count);
        }
        return new ForwardingBuildControl(this) {
            @Override
            public int threads() {
                return count;
            }
        };
    }

    /// The same control with somewhere to send batch work. Whoever opened the scorer keeps it open during the build.
    default BuildControl withBatchScorer(BatchScorer scorer) {
        return new ForwardingBuildControl(this) {
            @Override
            public BatchScorer batchScorer() {
                return scorer;
            }
        };
    }

    /// The same control with an arena for what is built. It may be used by several threads.
    default BuildControl withArena(Arena arena) {
        return new ForwardingBuildControl(this) {
            @Override
            public Arena arena() {
                return arena;
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
