package dev.kith.internal.search;

import dev.kith.Boost;
import dev.kith.Hit;
import dev.kith.InvalidQueryException;
import dev.kith.Record;
import dev.kith.Reranker;
import dev.kith.Projection;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Gives candidates new scores: by boosts, by the caller's reranker.
final class Rescorer {
    private Rescorer() {}

    /// A boost whose filter, if it has one, is bound.
    record BoundBoost(Boost boost, BoundFilter filter) {}

    /// Adds what the boosts say.
    static List<Fuser.Scored> boost(List<Fuser.Scored> candidates, List<BoundBoost> boosts, HitLoader loader) throws IOException {
        boolean whole = boosts.stream().anyMatch(b -> b.boost() instanceof Boost.Matching);
        List<String> names = new ArrayList<>();
        for (BoundBoost bound : boosts) {
            switch (bound.boost()) {
                case Boost.Value value -> names.add(value.field());
                case Boost.Recency recency -> names.add(recency.field());
                case Boost.Matching _ -> {
                    // reads whole records
                }
            }
        }
        Projection projection = whole ? new Projection(null, false, true) : new Projection(names, false, false);
        List<Fuser.Scored> boosted = new ArrayList<>(candidates.size());
        for (Fuser.Scored candidate : candidates) {
            Found found = candidate.best().found();
            Record record = loader.record(found.source(), found.item(), candidate.best().id(), projection);
            double score = candidate.score();
            for (BoundBoost bound : boosts) {
                score += bound.boost().weight() * value(bound, record);
            }
            boosted.add(candidate.withScore(score));
        }
        boosted.sort(Fuser.BEST_FIRST);
        return boosted;
    }

    private static double value(BoundBoost bound, Record record) {
        return switch (bound.boost()) {
            case Boost.Value(String field, Boost.Value.Curve curve, double _) ->
                record.field(field) instanceof Number number ? curve(curve, number.doubleValue()) : 0;
            case Boost.Recency(String field, Instant origin, Duration halfLife, double _) ->
                record.field(field) instanceof Instant time
                        ? Math.pow(0.5, Math.abs(seconds(Duration.between(origin, time))) / seconds(halfLife))
                        : 0;
            case Boost.Matching _ -> FilterEvaluator.matches(bound.filter(), record) ? 1 : 0;
        };
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() * 1e-9;
    }

    private static double curve(Boost.Value.Curve curve, double x) {
        return switch (curve) {
            case LINEAR -> x;
            case LOG -> Math.log1p(Math.max(0, x));
            case SQUARE_ROOT -> Math.sqrt(Math.max(0, x));
            case SATURATION -> x / (1 + Math.abs(x));
        };
    }

    /// Makes a hit of a candidate.
    interface Hits {
        Hit of(Fuser.Scored candidate) throws IOException;
    }

    /// Replaces the scores by the reranker's.
    static List<Fuser.Scored> rerank(List<Fuser.Scored> candidates, Reranker reranker, Hits hits) throws IOException {
        if (candidates.isEmpty()) {
            return candidates;
        }
        List<Hit> shown = new ArrayList<>(candidates.size());
        for (Fuser.Scored candidate : candidates) {
            shown.add(hits.of(candidate));
        }
        float[] scores = Objects.requireNonNull(reranker.score(List.copyOf(shown)), "scores of the reranker");
        if (scores.length != candidates.size()) {
            throw new InvalidQueryException("reranker", candidates.size() + " scores, one for each candidate",
                    scores.length + " scores");
        }
        List<Fuser.Scored> reranked = new ArrayList<>(candidates.size());
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new InvalidQueryException("reranker", "finite scores",
                        scores[i] + " for record '" + candidates.get(i).best().id() + "'");
            }
            reranked.add(candidates.get(i).withScore(scores[i]));
        }
        reranked.sort(Fuser.BEST_FIRST);
        return reranked;
    }
}
