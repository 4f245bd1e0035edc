package dev.kith.lucene.segment;

/// How hard a search tries.
public sealed interface SearchEffort {
    /// What the segment was written with.
    SearchEffort DEFAULT = new Default();

    /// Every accepted vector is looked at; the answer is exact.
    SearchEffort EXACT = new Exact();

    /// The given number of candidates, see [EfSearch].
    static SearchEffort efSearch(int efSearch) {
        return new EfSearch(efSearch);
    }

    /// The effort stored in each segment when it was written.
    record Default() implements SearchEffort {}

    /// An exact scan, even where there is an index.
    record Exact() implements SearchEffort {}

    /// @param efSearch candidates kept while walking a graph, in [1, 100000]; a search for `k` keeps at least `k`. A segment
    ///        without a graph is scanned exactly whatever is asked
    record EfSearch(int efSearch) implements SearchEffort {
        /// Checks the range.
        public EfSearch {
            Checks.inRange("efSearch", efSearch, 1, 100_000);
        }
    }
}
