package dev.kith.lucene.segment;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.hnsw.HnswIndex;
import org.jspecify.annotations.Nullable;

/// An opened index over the vectors of one field.
public sealed interface FieldIndex {
    /// How large the index is on disk and, mapped, in memory.
    long indexBytes();

    /// How many candidates a search of that effort keeps for an answer of `k`.
    int candidates(SearchEffort effort, int k);

    /// Offers the nearest `k` accepted ordinals to `into`.
    ///
    /// @param candidates from [#candidates(SearchEffort, int)] or more
    /// @return how many distances were computed
    long search(Scorer scorer, int k, int candidates, @Nullable AcceptOrdinals accept, TopK into);

    /// A graph.
    ///
    /// @param efSearch of a search that does not name its own effort
    record Hnsw(HnswIndex index, int efSearch, long indexBytes) implements FieldIndex {
        @Override
        public int candidates(SearchEffort effort, int k) {
            int ef = switch (effort) {
                case SearchEffort.EfSearch asked -> asked.efSearch();
                case SearchEffort.Default _ -> efSearch;
                case SearchEffort.Exact _ -> index.size();
            };
            return Math.max(ef, k);
        }

        @Override
        public long search(Scorer scorer, int k, int candidates, @Nullable AcceptOrdinals accept, TopK into) {
            return index.search(scorer, k, candidates, accept, into);
        }
    }
}
