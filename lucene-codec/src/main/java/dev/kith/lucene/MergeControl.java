package dev.kith.lucene;

import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import java.lang.foreign.Arena;
import org.apache.lucene.index.MergePolicy;
import org.jspecify.annotations.Nullable;

/// Stops a build when Lucene aborts the merge it belongs to, or when the format's own control says so.
///
/// @param merge the merge; null where indexes are added by readers, which Lucene cannot abort
record MergeControl(MergePolicy.@Nullable OneMerge merge, BuildControl control) implements BuildControl {
    @Override
    public boolean cancelled() {
        return merge != null && merge.isAborted() || control.cancelled();
    }

    @Override
    public void progress(long done, long total) {
        control.progress(done, total);
    }

    @Override
    public @Nullable BatchScorer batchScorer() {
        return control.batchScorer();
    }

    @Override
    public Arena arena() {
        return control.arena();
    }

    @Override
    public int threads() {
        return control.threads();
    }

    @Override
    public long memoryBytes() {
        return control.memoryBytes();
    }
}
