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
    /// @param rerank most records whose exact distance is computed, or whose rounded copy is ranked where the field has such
    ///        ([IndexSpec.IvfPq.Rerank]), in `[1, Limits.MAX_EF_SEARCH]`; never less than `k`
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

    /// Try as hard as this recall needs, by each segment's own measurements.
    ///
    /// An index measures itself on a sample of its own vectors when it is built: that says what effort reaches a mean recall@10
    /// for queries that are like the vectors. Queries of another kind are harder; the checks in the background, see
    /// [CollectionStats#recall()], find that out and raise the effort until the estimate is as asked. Segments without an index
    /// and records not yet in a segment are scanned at any effort.
    ///
    /// @param recall mean share of the true nearest that should be answered, in (0, 1)
    record Recall(double recall) implements Effort {
        /// Checks the range.
        public Recall {
            if (!(recall > 0 && recall < 1)) {
                throw new InvalidQueryException("recall", "a share in (0, 1); for all of them ask for an exact search",
                        Double.toString(recall));
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

    /// Try as hard as a mean recall of `recall` needs; see [Recall].
    static Effort recall(double recall) {
        return new Recall(recall);
    }

    /// Visit `nprobe` inverted lists and compute at most `rerank` exact distances.
    static Effort lists(int nprobe, int rerank) {
        return new Lists(nprobe, rerank);
    }
}
