package dev.kith.lucene.segment;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.storage.ReadAhead;
import org.jspecify.annotations.Nullable;

/// Looks at every accepted vector.
public final class ExactScan {
    /// Ordinals that are scored with one call.
    public static final int BATCH = 64;

    private ExactScan() {}

    /// What is looked at.
    ///
    /// @param accept which ordinals; null for all
    /// @param strideBytes from a row to the next
    /// @param ahead reads the rows before they are wanted; null where that is not needed
    public record Plan(Scorer scorer, @Nullable AcceptOrdinals accept, long strideBytes, @Nullable ReadAhead ahead) {
        void reach(int ordinal) {
            if (ahead != null) {
                ahead.reach(ordinal * strideBytes);
            }
        }
    }

    /// Where the distances go and what ends the scan early.
    public interface Target {
        /// How many ordinals may be scored next; 0 ends the scan.
        int room();

        /// Takes `count` scored ordinals; may change the arrays.
        void take(int[] ordinals, float[] distances, int count);
    }

    /// Offers every accepted vector to `into`; returns how many distances were computed.
    public static long run(Plan plan, TopK into) {
        return run(plan, new Target() {
            @Override
            public int room() {
                return BATCH;
            }

            @Override
            public void take(int[] ordinals, float[] distances, int count) {
                into.offerAll(ordinals, distances, count);
            }
        });
    }

    /// Hands every accepted vector with its distance to `target` until that has no room; returns how many distances were
    /// computed.
    public static long run(Plan plan, Target target) {
        Scorer scorer = plan.scorer();
        AcceptOrdinals accept = plan.accept();
        int size = scorer.size();
        int[] ordinals = new int[BATCH];
        float[] distances = new float[BATCH];
        long scored = 0;
        int from = 0;
        while (from < size) {
            int room = Math.min(BATCH, target.room());
            if (room == 0) {
                break;
            }
            plan.reach(from);
            int n;
            if (accept == null) {
                n = Math.min(room, size - from);
                for (int i = 0; i < n; i++) {
                    ordinals[i] = from + i;
                }
                scorer.scoreRange(from, n, distances);
            } else {
                if (room < ordinals.length) {
                    ordinals = new int[room];
                }
                n = accept.next(from, ordinals);
                if (n == 0) {
                    break;
                }
                scorer.score(ordinals, n, distances);
            }
            from = ordinals[n - 1] + 1;
            scored += n;
            target.take(ordinals, distances, n);
        }
        return scored;
    }
}
