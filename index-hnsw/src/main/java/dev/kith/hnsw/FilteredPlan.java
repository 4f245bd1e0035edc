package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// Chooses how a search with an accept set is done: walk, or scan what is accepted.
///
/// A walk visits about `ef` nodes when all are accepted and `ef / share` when a share of them is; a scan scores the accepted
/// ones, `share * size`. The cheaper by estimate is taken. A walk whose accept set lies away from the query visits many more
/// nodes than that, so it has a budget, and gives up before where it sees that it is so; then the scan is done: no search
/// costs much more than twice the better of the two, and none returns less because its filter was unlucky.
///
/// A scan of few accepted nodes is exact. One of many reads codes, in stages: signs, or over a compact graph codes of four bits,
/// to keep some tens of nodes, codes of eight bits where the graph has them, vectors for the best.
final class FilteredPlan {
    /// Cost of one visited node in scanned ones: over vectors, its unvisited neighbours, which miss the cache; over coded rows, one
    /// row and the queue. Measured on WordNet-MiniLM-384 and Fashion-MNIST-784 with filters of 1 to 50 %: a visit of a coded row takes
    /// 2.5 microseconds, a scanned code of signs 0.015 to 0.02, so that both cost the same near 12 % for 10 answers.
    private static final long LINKS_COST = 24;

    private static final long CODED_COST = 150;
    /// The same over codes, whose scan reads codes too.
    private static final long COMPACT_COST = 48;
    /// A walk over coded rows keeps estimates of a node from several neighbours, so of `ef` places about two thirds become
    /// visits. A filtered one counts visits.
    private static final double VISITS = 0.66;
    /// Components of accepted vectors up to which they are scanned themselves: so few stay in the cache, and need no query rotated.
    private static final long EXACT_COMPONENTS = 600_000;

    private final Graph graph;
    private final Scorer scorer;
    private final @Nullable CodedQuery query;
    private final AcceptOrdinals accept;
    private final SearchScratch scratch;
    private final long accepted;

    /// @param query what stands in it is the query, not prepared; null where the scorer cannot tell it
    FilteredPlan(Graph graph, Scorer scorer, @Nullable CodedQuery query, AcceptOrdinals accept, SearchScratch scratch) {
        this.graph = graph;
        this.scorer = scorer;
        this.query = query;
        this.accept = accept;
        this.scratch = scratch;
        this.accepted = accept.cardinality();
    }

    /// Offers the nearest `k` that are accepted.
    void run(int k, int ef, TopK into) {
        if (walked(k, ef, into)) {
            return;
        }
        if (query != null && accepted > 4L * kept(k, ef) && accepted * graph.header.dimension() > EXACT_COMPONENTS) {
            query.prepare(); // again, if a walk was tried: cheap beside the scan
            scanCodes(query, k, ef, into);
            return;
        }
        TopK results = new TopK(k);
        GraphSearch.scan(scorer, accept, results, scratch);
        SearchPlan.offer(scorer, null, results, k, into, scratch);
    }

    /// Walks if that is expected to be cheaper; false if it was not, or did not find enough.
    private boolean walked(int k, int ef, TopK into) {
        NeighbourEstimator neighbours = query == null ? null : query.neighbours;
        int wanted = wanted(k, ef);
        long cost = neighbours != null ? CODED_COST : query != null ? COMPACT_COST : LINKS_COST;
        if (accepted <= wanted || accepted * accepted <= cost * wanted * graph.size()) {
            return false;
        }
        if (query != null) {
            query.prepare();
        }
        TopK results = new TopK(wanted);
        long budget = Math.max(64, 2 * accepted / cost);
        CodedSearch.Limits limits = new CodedSearch.Limits(accept, (double) accepted / graph.size(), budget);
        boolean complete = query != null && neighbours != null
                ? CodedSearch.searchFiltered(graph, query, neighbours, limits, results, scratch)
                : searchLinks(results, budget);
        if (!complete || results.size() < Math.min(k, accepted)) {
            return false;
        }
        SearchPlan.offer(scorer, query, results, k, into, scratch);
        return true;
    }

    private boolean searchLinks(TopK results, long budget) {
        Scorer steer = query == null ? scorer : query.scorer;
        int entry = SearchPlan.entry(graph, steer, query, scratch);
        return GraphSearch.searchFiltered(graph, steer, entry, accept, results, budget, scratch);
    }

    /// How many accepted nodes a walk looks for, a few more than `k` where they are found by codes.
    private int wanted(int k, int ef) {
        if (query == null) {
            return ef;
        }
        long wanted = query.neighbours != null ? Math.max(k + 2L, (long) (VISITS * ef)) : Math.max(k + k / 2L, ef);
        return (int) Math.min(wanted, graph.size());
    }

    /// Candidates that a scan of codes keeps. Signs put places in disorder, so that more of them are kept for harder searches. A
    /// compact graph's vectors may be cold, so that scanning them would read far more from disk than it saves.
    private int kept(int k, int ef) {
        long kept = 4L * k + 40 + (graph.header.coded() ? ef / 2 : 0);
        return (int) Math.min(kept, graph.size());
    }

    private void scanCodes(CodedQuery coded, int k, int ef, TopK into) {
        TopK candidates = new TopK(kept(k, ef));
        SignScorer signs = coded.signScorer;
        if (signs == null) {
            GraphSearch.scan(coded.scorer, accept, candidates, scratch);
            SearchPlan.offer(scorer, coded, candidates, k, into, scratch);
            return;
        }
        coded.prepareScan();
        GraphSearch.scan(signs, accept, candidates, scratch);
        long[] keys = candidates.toSortedKeys();
        TopK best = new TopK(SearchPlan.reranked(graph, k));
        int[] batch = scratch.scanBatch;
        for (int at = 0; at < keys.length; at += batch.length) {
            int n = Math.min(batch.length, keys.length - at);
            for (int i = 0; i < n; i++) {
                batch[i] = TopK.ordinal(keys[at + i]);
            }
            coded.scorer.score(batch, n, scratch.distances);
            best.offerAll(batch, scratch.distances, n);
        }
        scratch.scored += keys.length;
        SearchPlan.offer(scorer, coded, best, k, into, scratch);
    }
}
