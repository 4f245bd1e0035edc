package dev.kith.hnsw;

import dev.kith.core.Metric;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// When a walk over coded rows ends: not after as many candidates as for every other query, but once those that are left are
/// estimated farther than the `k`-th nearest found by more than a share that grows with `efSearch`.
///
/// A query with few rows about it is done long before a pool of `efSearch` is used up; one among many rows that are nearly as near
/// needs more than that. At one mean effort the second gains more recall than the first loses (Al-Jazzazi et al., "Distance
/// Adaptive Beam Search", 2025). No walk ends before two thirds of `efSearch` were visited, or one
/// that has to cross from cluster to cluster would end in the first, and none keeps more than twice as many candidates.
///
/// Belongs to one walk.
final class WalkEnd {
    /// Answers that are judged by at least; the distance of an earlier one is a matter of chance.
    private static final int LEAST_ANSWERS = 10;
    /// Below so many candidates an answer wanted a walk has no time to learn: it ends when its pool is used up.
    private static final int LEAST_SHARE = 10;
    /// Candidates an answer wanted at which nothing beyond the last answer would be looked at.
    private static final double ORIGIN = 3.2;
    /// How much farther for each doubling of `efSearch`. Tuned with `bench ann` on WordNet-MiniLM-384 and Fashion-MNIST-784: 0.048
    /// gives a tenth less speed at recall 0.99.
    private static final double SLOPE = 0.06;
    private static final int ROOM = 2;

    private final TopK nearest;
    private final float share;
    private final int least;
    private int visits;

    private WalkEnd(int answers, int ef) {
        this.nearest = new TopK(answers);
        this.share = (float) (SLOPE * Math.log(ef / (ORIGIN * answers)) / Math.log(2));
        this.least = (int) Math.max(2L * answers, 2L * ef / 3);
    }

    /// What ends a walk, or null if that is its pool alone: at low efforts, and where distances have no zero to be measured from.
    static @Nullable WalkEnd of(Metric metric, int k, int ef) {
        int answers = Math.max(k, LEAST_ANSWERS);
        boolean ratios = switch (metric) {
            case SQUARED_L2, COSINE -> true;
            case INNER_PRODUCT -> false;
        };
        return ratios && ef / LEAST_SHARE > answers ? new WalkEnd(answers, ef) : null;
    }

    /// Candidates kept for a walk that would keep `ef`.
    static int room(int ef) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, (long) ROOM * ef);
    }

    /// To be told of every visited node.
    void visited(float distance, int node) {
        visits++;
        nearest.offer(distance, node);
    }

    /// The distance beyond which no candidate needs to be looked at; infinite while too few were visited to tell.
    float limit() {
        if (visits < least) {
            return Float.POSITIVE_INFINITY;
        }
        float farthest = nearest.worstDistance();
        return farthest + share * Math.abs(farthest);
    }
}
