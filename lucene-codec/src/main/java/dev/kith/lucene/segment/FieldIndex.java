package dev.kith.lucene.segment;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.TopK;
import dev.kith.hnsw.HnswIndex;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.RoundedLists;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// An opened index over the vectors of one field.
public sealed interface FieldIndex {
    /// The index as it lies in its file.
    MemorySegment bytes();

    /// How large the index is on disk and, mapped, in memory.
    default long indexBytes() {
        return bytes().byteSize();
    }

    /// How many candidates a search of that effort keeps for an answer of `k`.
    int candidates(SearchEffort effort, int k);

    /// Offers the nearest accepted ordinals to `into`, as many as it holds.
    ///
    /// @param candidates from [#candidates(SearchEffort, int)] or more
    /// @param effort what `candidates` does not say
    default SearchStats search(FieldQuery query, int candidates, SearchEffort effort, @Nullable AcceptOrdinals accept,
            TopK into) {
        return search(query, candidates, new Wanted(effort, Float.POSITIVE_INFINITY), accept, into);
    }

    /// What a search tries.
    ///
    /// @param within vectors farther than that need not be offered: as many nearer ones are known from elsewhere
    record Wanted(SearchEffort effort, float within) {}

    /// The same for a search that needs no vectors beyond a distance.
    SearchStats search(FieldQuery query, int candidates, Wanted wanted, @Nullable AcceptOrdinals accept, TopK into);

    /// Whether a search scans all codes, whatever effort it names.
    default boolean scanned() {
        return false;
    }

    /// A graph.
    ///
    /// @param efSearch of a search that does not name its own effort
    record Hnsw(HnswIndex index, int efSearch, MemorySegment bytes) implements FieldIndex {
        private static final double MEASURED_ANSWERS = 10;

        @Override
        public int candidates(SearchEffort effort, int k) {
            // half as many again, because a walk over coded rows keeps some nodes twice
            int least = (int) Math.min(index.size(), k + (long) (k >> 1));
            return Math.max(least, switch (effort) {
                case SearchEffort.EfSearch asked -> asked.efSearch();
                case SearchEffort.Recall asked ->
                    (int) Math.min(index.size(), Math.ceil(index.efSearchFor(asked.recall()) * asked.factor() * more(k)));
                case SearchEffort.Default _,SearchEffort.Exact _,SearchEffort.Lists _ -> efSearch;
            });
        }

        /// How many times the effort measured for ten answers: as many candidates for each of them. At recall 0.99 a hundred answers need
        /// that, at 0.95 less. One answer more than asked for tells who shares the last place.
        private static double more(int k) {
            return Math.max(1, (k - 1) / MEASURED_ANSWERS);
        }

        @Override
        public SearchStats search(FieldQuery query, int candidates, Wanted wanted, @Nullable AcceptOrdinals accept, TopK into) {
            long distances = index.search(query.scorer(), into.capacity(), candidates, accept, into);
            return new SearchStats(SearchStats.Strategy.GRAPH, distances, candidates);
        }
    }

    /// Inverted lists.
    ///
    /// @param rounded the lists with rows that rank their candidates, or null where the vectors do
    /// @param nprobe of a search that does not name its own effort; 0 for the effort the index measured for [#RECALL]
    /// @param rerank of a search that does not name its own effort
    ///
    /// Lists that have measured nothing are there to be scanned whole, whatever effort is asked: see [IndexSpec.CodeScan].
    record Ivf(IvfPqIndex index, @Nullable RoundedLists rounded, int nprobe, int rerank, MemorySegment bytes)
            implements
                FieldIndex {
        private static final float STANDARD_ERRORS = 4f;
        /// Vectors a scan of codes looks at, at most; it needs some tens.
        private static final int SCAN_CANDIDATES = 400;

        /// Recall of searches that do not name their own effort.
        static final double RECALL = 0.95;

        @Override
        public long indexBytes() {
            return bytes.byteSize() + (rounded == null ? 0 : rounded.rows().bytes());
        }

        @Override
        public boolean scanned() {
            return nprobe == 0 && index.efforts() == null;
        }

        @Override
        public int candidates(SearchEffort effort, int k) {
            if (scanned()) {
                return (int) Math.min(index.size(), Math.max(SCAN_CANDIDATES, 4L * k));
            }
            return Math.max(k, switch (effort) {
                case SearchEffort.Lists asked -> asked.rerank();
                case SearchEffort.Recall asked -> index.effortFor(asked.recall()).rerank();
                case SearchEffort.Default _,SearchEffort.Exact _,SearchEffort.EfSearch _ ->
                    nprobe == 0 ? index.effortFor(RECALL).rerank() : rerank;
            });
        }

        @Override
        public SearchStats search(FieldQuery query, int candidates, Wanted wanted, @Nullable AcceptOrdinals accept, TopK into) {
            var tried = scanned()
                    ? new dev.kith.ivfpq.SearchEffort(index.nlist(), candidates, candidates, STANDARD_ERRORS, 1f)
                    : listEffort(wanted.effort(), candidates);
            var done = rounded == null
                    ? index.nearest(query.components(), query.scorer(), tried, accept, wanted.within(), into)
                    : rounded.nearest(query.components(), query.scorer(), tried, accept, wanted.within(), into);
            var strategy = scanned() ? SearchStats.Strategy.CODES : SearchStats.Strategy.LISTS;
            return new SearchStats(strategy, done.exact(), candidates);
        }

        private dev.kith.ivfpq.SearchEffort listEffort(SearchEffort effort, int candidates) {
            return switch (effort) {
                case SearchEffort.Lists asked -> dev.kith.ivfpq.SearchEffort.of(asked.nprobe(), candidates);
                case SearchEffort.Recall asked -> measured(asked.recall(), asked.factor(), candidates);
                case SearchEffort.Default _,SearchEffort.Exact _,SearchEffort.EfSearch _ ->
                    nprobe == 0 ? measured(RECALL, 1, candidates) : dev.kith.ivfpq.SearchEffort.of(nprobe, candidates);
            };
        }

        private dev.kith.ivfpq.SearchEffort measured(double recall, double factor, int candidates) {
            var effort = index.effortFor(recall);
            int lists = (int) Math.clamp(Math.ceil(effort.nprobe() * factor), 1, index.nlist());
            return new dev.kith.ivfpq.SearchEffort(lists, candidates, candidates, effort.confidence(), effort.reach());
        }
    }
}
