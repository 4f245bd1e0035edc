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

    /// Visit this many inverted lists.
    ///
    /// @param nprobe lists visited, in `[1, 1048576]`
    /// @param rerank most records whose exact distance is computed, in `[1, Limits.MAX_EF_SEARCH]`; never less than `k`
    record Lists(int nprobe, int rerank) implements Effort {
        /// Checks the ranges.
        public Lists {
            if (nprobe < 1 || nprobe > 1 << 20) {
                throw new InvalidQueryException("nprobe", "a number of lists in [1, 1048576]", Integer.toString(nprobe));
            }
            if (rerank < 1 || rerank > Limits.MAX_EF_SEARCH) {
                throw new InvalidQueryException("rerank", "a number of records in [1, " + Limits.MAX_EF_SEARCH + "]",
                        Integer.toString(rerank));
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

    /// Visit `nprobe` inverted lists and compute at most `rerank` exact distances.
    static Effort lists(int nprobe, int rerank) {
        return new Lists(nprobe, rerank);
    }
}
