package dev.kith.lucene;

import dev.kith.core.Scorer;

/// Asks after every few hundred distances whether the search may go on. Not thread-safe.
final class CheckedScorer implements Scorer {
    private static final int BETWEEN_CHECKS = 512;
    private final Scorer scorer;
    private final Runnable check;
    private int left;

    CheckedScorer(Scorer scorer, Runnable check) {
        this.scorer = scorer;
        this.check = check;
    }

    private void count(int distances) {
        left -= distances;
        if (left <= 0) {
            check.run();
            left = BETWEEN_CHECKS;
        }
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        count(count);
        scorer.score(ordinals, count, distances);
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        count(count);
        scorer.scoreRange(firstOrdinal, count, distances);
    }

    @Override
    public int size() {
        return scorer.size();
    }

    @Override
    public boolean copyQuery(float[] target) {
        return scorer.copyQuery(target);
    }
}
