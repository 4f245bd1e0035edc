package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// Lists whose candidates are ranked by rounded rows, so that the vectors of no more than the answers and half as many again are
/// read. Answers have their exact distances; one is lost only where rounding moves it behind half as many wrong ones.
///
/// @param index over the vectors that `rows` were rounded from
/// @param rows in the order of the same ordinals
public record RoundedLists(IvfPqIndex index, RerankRows rows) {
    /// Rows beyond the answers whose vectors are read, at least.
    private static final int LEAST_MARGIN = 4;

    /// Checks that both have as many rows of the same shape.
    public RoundedLists {
        if (index.size() != rows.size() || index.dimension() != rows.dimension() || index.metric() != rows.metric()) {
            throw new IllegalArgumentException("the index has " + index.size() + " vectors of dimension " + index.dimension()
                    + " by " + index.metric() + ", the rows are " + rows.size() + " of dimension " + rows.dimension() + " by "
                    + rows.metric());
        }
    }

    /// How many vectors a search for `k` answers reads at most.
    public static int exactFor(int k) {
        return (int) Math.min(Integer.MAX_VALUE, k + (long) Math.max(LEAST_MARGIN, k / 2));
    }

    /// As [IvfPqIndex#nearest], with the effort's exact distances spent on rounded rows.
    ///
    /// @param exact distances to the vectors
    /// @return `refined` counts the rounded distances too, `exact` those to the vectors
    public SearchStats nearest(float[] query, Scorer exact, SearchEffort effort, @Nullable AcceptOrdinals accept, float within,
            TopK into) {
        TopK ranked = new TopK(Math.min(exactFor(into.capacity()), Math.max(1, index.size())));
        SearchStats done = index.nearest(query, rows.scorer(query), effort, accept, within, ranked);
        long[] keys = ranked.toSortedKeys();
        int[] ordinals = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            ordinals[i] = TopK.ordinal(keys[i]);
        }
        float[] distances = new float[keys.length];
        exact.score(ordinals, keys.length, distances);
        into.offerAll(ordinals, distances, keys.length);
        return new SearchStats(done.lists(), done.codes(), done.refined() + done.exact(), keys.length);
    }
}
