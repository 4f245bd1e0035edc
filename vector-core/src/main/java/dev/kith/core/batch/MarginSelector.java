package dev.kith.core.batch;

import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// The exact `k` nearest rows of one query, out of approximate distances whose error is known.
///
/// Every offered row has a distance between `lower` and `upper`. The k-th smallest `upper` is a *limit*: a row whose
/// `lower` lies above it cannot be among the nearest. The others wait in a bounded list; when it is full it is thinned by
/// the current limit, and if that does not help, its rows get their exact distances at once. At the end the rows still
/// waiting are scored exactly. So the answer is that of scoring every row, while few rows are scored; with a useless
/// bound it degrades to scoring all, never to a wrong answer. Not thread-safe; reused from query to query.
public final class MarginSelector {
    private static final int SPARE = 192;

    private final TopK uppers;
    private final TopK exact;
    private final float[] lowers;
    private final int[] ordinals;
    private final float[] distances;
    private int waiting;
    private float limit;
    private @Nullable DenseVectors vectors;
    private float[] query = {};
    private @Nullable Scorer scorer;

    /// @param k neighbours to keep, at least 1; no more than the number of rows, or memory is wasted
    public MarginSelector(int k) {
        this.uppers = new TopK(k);
        this.exact = new TopK(k);
        int capacity = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, k + Math.max(k, (long) SPARE)));
        this.lowers = new float[capacity];
        this.ordinals = new int[capacity];
        this.distances = new float[capacity];
    }

    /// Begins another query. The array is not copied before it is needed.
    public void begin(DenseVectors nextVectors, float[] nextQuery) {
        vectors = nextVectors;
        query = nextQuery;
        scorer = null;
        uppers.clear();
        exact.clear();
        waiting = 0;
        limit = Float.POSITIVE_INFINITY;
    }

    /// The distance above which no row can be among the nearest any more; falls, never rises.
    public float limit() {
        return limit;
    }

    /// Offers a row whose distance is `distance` up to `error`. Numbers that are not finite say nothing, and are treated so.
    public void offer(int ordinal, double distance, double error) {
        float lower = below(distance - error);
        if (lower > limit) {
            return;
        }
        if (waiting == ordinals.length) {
            makeRoom();
            if (lower > limit) {
                return;
            }
        }
        lowers[waiting] = lower;
        ordinals[waiting++] = ordinal;
        if (uppers.offer(above(distance + error), ordinal)) {
            limit = Math.min(limit, uppers.worstDistance());
        }
    }

    /// The exact nearest keys, nearest first; at most k.
    public long[] finish() {
        thin();
        scoreWaiting();
        return exact.toSortedKeys();
    }

    private static float below(double x) {
        return Double.isNaN(x) ? Float.NEGATIVE_INFINITY : Math.nextDown((float) x);
    }

    private static float above(double x) {
        return Double.isNaN(x) ? Float.POSITIVE_INFINITY : Math.nextUp((float) x);
    }

    private void makeRoom() {
        thin();
        if (waiting > ordinals.length - ordinals.length / 4) {
            scoreWaiting();
        }
    }

    private void thin() {
        int kept = 0;
        for (int i = 0; i < waiting; i++) {
            if (lowers[i] <= limit) {
                lowers[kept] = lowers[i];
                ordinals[kept++] = ordinals[i];
            }
        }
        waiting = kept;
    }

    private void scoreWaiting() {
        if (waiting == 0) {
            return;
        }
        Scorer exactly = scorer;
        if (exactly == null) {
            if (vectors == null) {
                throw new IllegalStateException("begin() was not called");
            }
            exactly = vectors.scorer(query);
            scorer = exactly;
        }
        exactly.score(ordinals, waiting, distances);
        exact.offerAll(ordinals, distances, waiting);
        waiting = 0;
        limit = Math.min(limit, exact.worstDistance());
    }
}
