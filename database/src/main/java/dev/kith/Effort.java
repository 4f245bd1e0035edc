package dev.kith;

/// How hard an approximate search tries. Exact scans ignore it.
public sealed interface Effort {
    /// Let the engine choose from `k` and the index.
    record Auto() implements Effort {}

    /// Scan every accepted record: recall 1.
    record Exact() implements Effort {}

    /// Keep this many candidates while searching a graph.
    ///
    /// @param efSearch in `[1, Limits.MAX_EF_SEARCH]`; never less than `k` is kept
    record EfSearch(int efSearch) implements Effort {
        /// Checks the range.
        public EfSearch {
            if (efSearch < 1 || efSearch > Limits.MAX_EF_SEARCH) {
                throw new InvalidQueryException("efSearch", "a number of candidates in [1, " + Limits.MAX_EF_SEARCH + "]",
                        Integer.toString(efSearch));
            }
        }
    }

    /// Let the engine choose.
    static Effort auto() {
        return new Auto();
    }

    /// Scan every accepted record.
    static Effort exact() {
        return new Exact();
    }

    /// Keep `efSearch` candidates while searching a graph.
    static Effort efSearch(int efSearch) {
        return new EfSearch(efSearch);
    }
}
