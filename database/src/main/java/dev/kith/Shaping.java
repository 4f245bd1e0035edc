package dev.kith;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is made of the best candidates besides an order.
///
/// @param grouping at most so many hits of each value of a field; null for no groups
/// @param diversity hits that differ from each other; null for the plain order. Not together with groups
/// @param facets what is counted over the candidates
public record Shaping(@Nullable Grouping grouping, @Nullable Diversity diversity, List<Facet.Request> facets) {
    /// Nothing.
    public static final Shaping NONE = new Shaping(null, null, List.of());

    /// Groups of hits with one value in a field. Records that lack the field form one group.
    ///
    /// @param field a single-valued metadata field
    /// @param hits of each group at most, in `[1, 1000]`
    public record Grouping(String field, int hits) {
        /// Checks the range.
        public Grouping {
            Objects.requireNonNull(field, "field");
            if (hits < 1 || hits > 1000) {
                throw new InvalidQueryException(field, "1 to 1000 hits of a group", Integer.toString(hits));
            }
        }
    }

    /// Maximal Marginal Relevance (Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents
    /// and Producing Summaries", 1998): each next hit is the candidate with the largest `lambda * relevance - (1 - lambda) *
    /// similarity`, where relevance is its score, stretched to `[0, 1]` over the candidates, and similarity the largest cosine
    /// between its vector and that of a hit already chosen.
    ///
    /// @param field a vector field; candidates without a vector there have similarity 0
    /// @param lambda in `[0, 1]`: 1 is the plain order
    public record Diversity(String field, double lambda) {
        /// Checks the range.
        public Diversity {
            Objects.requireNonNull(field, "field");
            if (!(lambda >= 0 && lambda <= 1)) {
                throw new InvalidQueryException("lambda", "a number in [0, 1]", Double.toString(lambda));
            }
        }
    }

    /// Copies and checks.
    public Shaping {
        facets = List.copyOf(facets);
        if (grouping != null && diversity != null) {
            throw new InvalidQueryException("diversify", "no groups", "groups by " + grouping.field());
        }
        if (facets.size() > Limits.MAX_FACETS) {
            throw new InvalidQueryException("facets", "at most " + Limits.MAX_FACETS, Integer.toString(facets.size()));
        }
    }

    /// Whether the plain order is all that is asked for.
    public boolean plain() {
        return grouping == null && diversity == null && facets.isEmpty();
    }
}
