package dev.kith.lucene;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.lucene.segment.ExactScan;
import org.jspecify.annotations.Nullable;

/// Shows every distance that an index computes to a watcher, the moment it is computed, and stops the index when the watcher
/// has had enough. An index looks at some vectors more than once; the watcher is shown each accepted one once. Not thread-safe.
final class WatchedScorer implements Scorer {

    /// Ends a walk; never leaves [CollectorSearch].
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final Stopped INSTANCE = new Stopped();

        private Stopped() {
            super("stopped by the collector", null, false, false);
        }
    }

    /// Where the distances go.
    interface Watcher extends ExactScan.Target {
        /// Is told that `count` distances have been computed, for vectors new or seen before, accepted or not.
        void scored(int count);
    }

    private final Scorer scorer;
    private final @Nullable AcceptOrdinals accept;
    private final Watcher watcher;
    private final long[] seen;
    private int[] ordinals = new int[ExactScan.BATCH];
    private float[] accepted = new float[ExactScan.BATCH];

    WatchedScorer(Scorer scorer, @Nullable AcceptOrdinals accept, Watcher watcher) {
        this.scorer = scorer;
        this.accept = accept;
        this.watcher = watcher;
        this.seen = new long[(scorer.size() + 63) >>> 6];
    }

    /// Whether the watcher was shown this ordinal, or it was refused.
    boolean seen(int ordinal) {
        return (seen[ordinal >> 6] & 1L << ordinal) != 0;
    }

    @Override
    public void score(int[] asked, int count, float[] distances) {
        if (watcher.room() >= count) {
            scorer.score(asked, count, distances);
            show(asked, count, distances);
            return;
        }
        int[] part = new int[count];
        float[] scored = new float[count];
        for (int done = 0; done < count;) {
            int n = Math.min(watcher.room(), count - done);
            if (n == 0) {
                throw Stopped.INSTANCE;
            }
            System.arraycopy(asked, done, part, 0, n);
            scorer.score(part, n, scored);
            System.arraycopy(scored, 0, distances, done, n);
            show(part, n, scored);
            done += n;
        }
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        int[] range = new int[count];
        for (int i = 0; i < count; i++) {
            range[i] = firstOrdinal + i;
        }
        score(range, count, distances);
    }

    private void show(int[] scored, int count, float[] distances) {
        if (ordinals.length < count) {
            ordinals = new int[count];
            accepted = new float[count];
        }
        int n = 0;
        for (int i = 0; i < count; i++) {
            int ordinal = scored[i];
            if (!seen(ordinal)) {
                seen[ordinal >> 6] |= 1L << ordinal;
                if (accept == null || accept.accepts(ordinal)) {
                    ordinals[n] = ordinal;
                    accepted[n++] = distances[i];
                }
            }
        }
        watcher.scored(count);
        watcher.take(ordinals, accepted, n);
    }

    @Override
    public boolean copyQuery(float[] target) {
        return scorer.copyQuery(target);
    }

    @Override
    public int size() {
        return scorer.size();
    }
}
