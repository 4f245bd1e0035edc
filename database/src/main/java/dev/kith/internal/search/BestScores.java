package dev.kith.internal.search;

import dev.kith.core.TopK;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.jspecify.annotations.Nullable;

/// Collects the best scores of one leaf, as negated distances, and tells Lucene what no longer competes.
final class BestScores implements LeafCollector {
    private final TopK best;
    private @Nullable Scorable scorer;

    BestScores(TopK best) {
        this.best = best;
    }

    @Override
    public void setScorer(Scorable newScorer) {
        scorer = newScorer;
    }

    @Override
    public void collect(int document) throws IOException {
        Scorable current = Objects.requireNonNull(scorer);
        boolean entered = best.offer(-current.score(), document);
        if (entered && best.size() == best.capacity()) {
            // Documents come in order and equal scores are won by the first, so only a higher score competes.
            current.setMinCompetitiveScore(Math.nextUp(-best.worstDistance()));
        }
    }
}
