package dev.kith;

import java.util.Iterator;
import java.util.List;

/// The answer to a [Query].
///
/// @param hits best first; equal scores in the order of their ids
/// @param stats what the search did
public record SearchResult(List<Hit> hits, SearchStats stats) implements Iterable<Hit> {
    @Override
    public Iterator<Hit> iterator() {
        return hits.iterator();
    }

    /// The ids of the hits, best first.
    public List<String> ids() {
        return hits.stream().map(Hit::id).toList();
    }
}
