package dev.kith.hnsw;

import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;

/// Chooses the links of a node out of its candidates by the heuristic of Malkov & Yashunin (algorithm 4): a candidate is
/// dropped when one already chosen is at least as near to it as the node itself, so that links spread in all directions
/// and a crowd of duplicates takes one link, not all.
///
/// Every chosen candidate is scored once against all that are left, in bulk, which costs the same distances as the paper's
/// order and needs one scorer for each chosen candidate instead of one for each candidate.
final class NeighbourSelector {
    private final PairScorer scorer;
    private int[] alive = new int[64];
    private float[] toNode = new float[64];
    private float[] toChosen = new float[64];

    NeighbourSelector(VectorSource vectors) {
        this.scorer = vectors.pairScorer();
    }

    /// Selects at most `max` of the `count` candidate keys, which are sorted by distance to the node and do not contain it.
    /// Writes the chosen ordinals into `chosen`, nearest first, and returns how many.
    int select(long[] candidates, int count, int max, int[] chosen) {
        reserve(count);
        for (int i = 0; i < count; i++) {
            alive[i] = TopK.ordinal(candidates[i]);
            toNode[i] = TopK.distance(candidates[i]);
        }
        int left = count;
        int n = 0;
        while (left > 0 && n < max) {
            int pick = alive[0];
            chosen[n++] = pick;
            left--;
            System.arraycopy(alive, 1, alive, 0, left);
            System.arraycopy(toNode, 1, toNode, 0, left);
            if (n < max && left > 0) {
                left = dropDominated(pick, left);
            }
        }
        return n;
    }

    private int dropDominated(int pick, int left) {
        scorer.query(pick);
        scorer.score(alive, left, toChosen);
        int kept = 0;
        for (int i = 0; i < left; i++) {
            if (toNode[i] < toChosen[i]) {
                alive[kept] = alive[i];
                toNode[kept++] = toNode[i];
            }
        }
        return kept;
    }

    private void reserve(int count) {
        if (alive.length < count) {
            alive = new int[count];
            toNode = new float[count];
            toChosen = new float[count];
        }
    }
}
