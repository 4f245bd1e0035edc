package dev.kith.hnsw;

import dev.kith.core.Metric;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// When a walk ends: not after as many candidates as for every other query, but once those that are left are farther than the `k`-th
/// nearest found by more than a share that grows with `efSearch`.
///
/// A query with few rows about it is done long before a pool of `efSearch` is used up; one among many rows that are nearly as near
/// needs more than that. At one mean effort the second gains more recall than the first loses (Al-Jazzazi et al., "Distance
/// Adaptive Beam Search", 2025). No walk ends before a part of `efSearch` was visited, or one
/// that has to cross from cluster to cluster would end in the first, and none keeps more than twice as many candidates.
///
/// Belongs to one walk.
final class WalkEnd {
    /// Answers that are judged by at least; the distance of an earlier one is a matter of chance.
    private static final int LEAST_ANSWERS = 10;
    /// Below so many candidates an answer wanted a walk by estimates has no time to learn: it ends when its pool is used up.
    private static final int LEAST_SHARE = 10;
    private static final Rule ESTIMATES = new Rule(3.2, 0.06, 2 / 3.0);
    private static final Rule NEAR = new Rule(1, 0.05, 1 / 3.0);
    private static final Rule DESCENDED = new Rule(1, 0.05, 2 / 3.0);
    private static final int ROOM = 2;

    private final TopK nearest;
    private final float share;
    private final int least;
    private int visits;

    /// How an effort becomes a share. Tuned on WordNet-MiniLM-384, Fashion-MNIST-784 and a million clustered rows (decisions 0190, 0220).
    ///
    /// @param origin candidates an answer wanted at which nothing beyond the last answer would be looked at
    /// @param slope how much farther for each doubling of `efSearch`
    /// @param least share of `efSearch` that is visited in any case
    private record Rule(double origin, double slope, double least) {}

    private WalkEnd(int answers, int ef, Rule rule) {
        this.nearest = new TopK(answers);
        this.share = (float) (rule.slope * Math.log(ef / (rule.origin * answers)) / Math.log(2));
        this.least = (int) Math.max(2L * answers, Math.floor(rule.least * ef + 1e-6));
    }

    /// What ends a walk over coded rows, whose candidates are estimated by one bit a component; null if that is its pool alone: at low
    /// efforts, where the share would be as narrow as the estimates are wrong, and where distances have no zero to be measured from.
    static @Nullable WalkEnd ofEstimates(Metric metric, int k, int ef) {
        int answers = Math.max(k, LEAST_ANSWERS);
        return ratios(metric) && ef / LEAST_SHARE > answers ? new WalkEnd(answers, ef, ESTIMATES) : null;
    }

    /// What ends a walk whose candidates' distances are known, or nearly.
    ///
    /// @param near whether it begins at the nearest of many entry points; one that came down through the upper levels may be in the wrong
    ///     cluster, and is given longer
    static @Nullable WalkEnd ofDistances(Metric metric, int k, int ef, boolean near) {
        int answers = Math.max(k, LEAST_ANSWERS);
        return ratios(metric) && ef > answers ? new WalkEnd(answers, ef, near ? NEAR : DESCENDED) : null;
    }

    private static boolean ratios(Metric metric) {
        return switch (metric) {
            case SQUARED_L2, COSINE -> true;
            case INNER_PRODUCT -> false;
        };
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
