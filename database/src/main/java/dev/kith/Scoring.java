package dev.kith;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How the score of a hit comes about: fused, then boosted, then replaced by a reranker.
///
/// @param fusion for several clauses
/// @param boosts added to the score; at most [Limits#MAX_BOOSTS]
/// @param reranker gives the candidates their last score; null for none
public record Scoring(Fusion fusion, List<Boost> boosts, @Nullable Reranker reranker) {
    /// Reciprocal rank fusion, nothing else.
    public static final Scoring DEFAULT = new Scoring(Fusion.rrf(), List.of(), null);

    /// Copies and checks.
    public Scoring {
        Objects.requireNonNull(fusion, "fusion");
        boosts = List.copyOf(boosts);
        if (boosts.size() > Limits.MAX_BOOSTS) {
            throw new InvalidQueryException("boosts", "at most " + Limits.MAX_BOOSTS, Integer.toString(boosts.size()));
        }
    }

    /// Whether candidates keep the order in which they were found.
    public boolean plain() {
        return boosts.isEmpty() && reranker == null;
    }
}
