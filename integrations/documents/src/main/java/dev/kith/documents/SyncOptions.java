package dev.kith.documents;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// How [Documents#sync] embeds. Immutable.
///
/// @param batch texts given to the embedding function at once, in `[1, 10_000]`
/// @param attempts how often a batch is tried before the sync fails, at least 1
/// @param pause before the second attempt; doubled before each further one, but at most a minute
/// @param progress told after each batch and at the end, on the syncing thread
public record SyncOptions(int batch, int attempts, Duration pause, Consumer<SyncProgress> progress) {
    /// Checks the ranges.
    public SyncOptions {
        Objects.requireNonNull(progress, "progress");
        if (batch < 1 || batch > 10_000) {
            throw new IllegalArgumentException("batch must be in [1, 10000], was " + batch);
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, was " + attempts);
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("pause must not be negative, was " + pause);
        }
    }

    /// 64 texts at once, five attempts, half a second before the second.
    public static SyncOptions defaults() {
        return new SyncOptions(64, 5, Duration.ofMillis(500), _ -> {});
    }

    /// With another batch.
    public SyncOptions withBatch(int value) {
        return new SyncOptions(value, attempts, pause, progress);
    }

    /// With other attempts.
    public SyncOptions withAttempts(int value, Duration firstPause) {
        return new SyncOptions(batch, value, firstPause, progress);
    }

    /// With a listener.
    public SyncOptions withProgress(Consumer<SyncProgress> value) {
        return new SyncOptions(batch, attempts, pause, value);
    }
}
