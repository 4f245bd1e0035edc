package dev.kith.hnsw;

import dev.kith.core.Scorer;
import dev.kith.core.TopK;

/// The nearest by their codes, put in order by their vectors. How far codes are wrong is seen on the first of them: what is
/// estimated farther than the worst answer by more than the largest error seen is left unread. Vectors may be cold, so that
/// each one not read counts.
final class Rerank {
    /// Fewest to learn the error from.
    private static final int LEARN = 8;

    private Rerank() {}

    /// @param keys estimated, nearest first
    /// @param k how many are wanted
    /// @return at most `k` keys with exact distances, nearest first
    static long[] run(Scorer scorer, long[] keys, int k, SearchScratch scratch) {
        TopK best = new TopK(k);
        int learnt = Math.min(keys.length, Math.max(k, LEARN));
        float error = score(scorer, keys, 0, learnt, best, scratch);
        float limit = best.worstDistance() + error;
        int end = learnt;
        while (end < keys.length && TopK.distance(keys[end]) <= limit) {
            end++;
        }
        score(scorer, keys, learnt, end, best, scratch);
        return best.toSortedKeys();
    }

    /// Scores a range of the keys and returns the largest difference to what was estimated.
    private static float score(Scorer scorer, long[] keys, int from, int to, TopK best, SearchScratch scratch) {
        int[] batch = scratch.scanBatch;
        float error = 0;
        for (int at = from; at < to; at += batch.length) {
            int n = Math.min(batch.length, to - at);
            for (int i = 0; i < n; i++) {
                batch[i] = TopK.ordinal(keys[at + i]);
            }
            scorer.score(batch, n, scratch.distances);
            scratch.scored += n;
            best.offerAll(batch, scratch.distances, n);
            for (int i = 0; i < n; i++) {
                error = Math.max(error, Math.abs(scratch.distances[i] - TopK.distance(keys[at + i])));
            }
        }
        return error;
    }
}
