package dev.kith.core;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Passes everything on to another control; the base of those that answer one question themselves.
abstract class ForwardingBuildControl implements BuildControl {
    private final BuildControl target;

    ForwardingBuildControl(BuildControl target) {
        this.target = target;
    }

    @Override
    public boolean cancelled() {
        return target.cancelled();
    }

    @Override
    public void progress(long done, long total) {
        target.progress(done, total);
    }

    @Override
    public @Nullable BatchScorer batchScorer() {
        return target.batchScorer();
    }

    @Override
    public Arena arena() {
        return target.arena();
    }

    @Override
    public int threads() {
        return target.threads();
    }

    @Override
    public long memoryBytes() {
        return target.memoryBytes();
    }
}
