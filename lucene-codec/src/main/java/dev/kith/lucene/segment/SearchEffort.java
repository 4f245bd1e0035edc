package dev.kith.lucene.segment;

/// How hard a search tries. Each kind of index understands its own kind of effort; asked for another kind's, it goes by the one
/// stored in the segment. A segment without an index is scanned exactly whatever is asked.
public sealed interface SearchEffort {
    /// What the segment was written with.
    SearchEffort DEFAULT = new Default();

    /// Every accepted vector is looked at; the answer is exact.
    SearchEffort EXACT = new Exact();

    /// The given number of candidates, see [EfSearch].
    static SearchEffort efSearch(int efSearch) {
        return new EfSearch(efSearch);
    }

    /// As many candidates as that recall needs, see [Recall].
    static SearchEffort recall(double recall) {
        return new Recall(recall, 1);
    }

    /// `nprobe` lists, `rerank` exact distances, see [Lists].
    static SearchEffort lists(int nprobe, int rerank) {
        return new Lists(nprobe, rerank);
    }

    /// The effort stored in each segment when it was written.
    record Default() implements SearchEffort {}

    /// An exact scan, even where there is an index.
    record Exact() implements SearchEffort {}

    /// For graphs.
    ///
    /// @param efSearch candidates kept while walking, in [1, 100000]; a search for `k` keeps at least `k`
    record EfSearch(int efSearch) implements SearchEffort {
        /// Checks the range.
        public EfSearch {
            Checks.inRange("efSearch", efSearch, 1, 100_000);
        }
    }

    /// For graphs and inverted lists, which measure themselves when they are built.
    ///
    /// @param recall the mean recall@10 to reach for queries that are like the vectors, in (0, 1)
    /// @param factor how many times the candidates, or lists, that the measurement asks for, in (0, 1000]: what was learnt from queries that
    ///        are not like the vectors
    record Recall(double recall, double factor) implements SearchEffort {
        /// Checks the ranges.
        public Recall {
            if (!(factor > 0 && factor <= 1000)) {
                throw new IllegalArgumentException("factor must be in (0, 1000], was " + factor);
            }
            if (!(recall > 0 && recall < 1)) {
                throw new IllegalArgumentException("recall must be in (0, 1), was " + recall);
            }
        }
    }

    /// For inverted lists.
    ///
    /// @param nprobe lists visited, in [1, 1048576]
    /// @param rerank vectors whose exact distance is computed, in [1, 100000]; a search for `k` ranks at least `k`
    record Lists(int nprobe, int rerank) implements SearchEffort {
        /// Checks the ranges.
        public Lists {
            Checks.inRange("nprobe", nprobe, 1, 1 << 20);
            Checks.inRange("rerank", rerank, 1, 100_000);
        }
    }
}
