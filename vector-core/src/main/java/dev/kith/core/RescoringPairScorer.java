package dev.kith.core;

import org.jspecify.annotations.Nullable;

/// Makes a pair scorer of any source by asking it for a new scorer for each query.
final class RescoringPairScorer implements PairScorer {
    private final VectorSource vectors;
    private @Nullable Scorer scorer;

    RescoringPairScorer(VectorSource vectors) {
        this.vectors = vectors;
    }

    @Override
    public void query(int ordinal) {
        scorer = vectors.scorer(ordinal);
    }

    private Scorer scorer() {
        if (scorer == null) {
            throw new IllegalStateException("a query must be set before scoring");
        }
        return scorer;
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        scorer().score(ordinals, count, distances);
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        scorer().scoreRange(firstOrdinal, count, distances);
    }

    @Override
    public int size() {
        return vectors.size();
    }
}
