package dev.kith;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a [Query].
///
/// @param hits best first; equal scores in the order of their ids. Of a query that groups, the hits of the best group first
/// @param groups of a query that groups, the best group first; else empty
/// @param facets in the order in which the query asked for them
/// @param stats what the search did
public record SearchResult(List<Hit> hits, List<Group> groups, List<Facet> facets, SearchStats stats) implements Iterable<Hit> {
    /// Hits with one value.
    ///
    /// @param value of the field, or null for records that lack it
    /// @param hits best first, at least one
    public record Group(@Nullable Object value, List<Hit> hits) {}

    /// Copies.
    public SearchResult {
        hits = List.copyOf(hits);
        groups = List.copyOf(groups);
        facets = List.copyOf(facets);
    }

    @Override
    public Iterator<Hit> iterator() {
        return hits.iterator();
    }

    /// The ids of the hits, best first.
    public List<String> ids() {
        return hits.stream().map(Hit::id).toList();
    }
}
