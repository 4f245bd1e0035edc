package dev.kith.bench.engine;

import org.jspecify.annotations.Nullable;

/// One thread's way into an opened index. Not thread-safe.
public interface Searcher {
    /// Answers one query.
    ///
    /// @param accept rows that may be answered, or null for all
    /// @param ids receives the rows' numbers, nearest first
    /// @return how many were answered, at most `k`
    int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) throws Exception;

    /// Distances computed since this searcher was made, as the engine counts them, or -1 if it does not tell.
    long distances();
}
