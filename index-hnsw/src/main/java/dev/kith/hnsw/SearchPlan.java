package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// Chooses how one search is done: over coded rows or over vectors, and, with an accept set, walk or scan.
///
/// A walk visits about `ef` nodes when all are accepted and `ef / share` when a share of them is; a scan scores the accepted
/// ones, `share * size`. The cheaper by estimate is taken. A walk whose accept set lies away from the query visits many more
/// nodes than that, so it has a budget and gives way to the scan when that is spent: no search costs much more than twice
/// the better of the two, and none returns less because its filter was unlucky.
final class SearchPlan {
    /// Cost of one visited node in scored vectors of a scan: over vectors, its unvisited neighbours, which miss the cache; over
    /// coded rows, one row and one vector, and the detours of a filtered walk. Measured with random filters of 1 to 100 % on 25,000
    /// and 40,000 WordNet-MiniLM-384 rows: no walk that is chosen takes much longer than the scan.
    private static final long LINKS_COST = 24;

    private static final long CODED_COST = 40;
    /// A walk over coded rows keeps estimates of a node from several neighbours, so of `ef` places about two thirds become
    /// visits. A filtered one counts visits.
    private static final double VISITS = 0.66;

    private SearchPlan() {}

    static void run(Graph graph, Scorer scorer, int k, int ef, @Nullable AcceptOrdinals accept, TopK into,
            SearchScratch scratch) {
        NeighbourEstimator estimator = scratch.estimator;
        boolean coded = estimator != null && scorer.copyQuery(scratch.query);
        if (estimator != null && coded) {
            estimator.query(scratch.query);
        }
        if (accept != null) {
            filtered(graph, scorer, k, ef, accept, into, scratch, coded);
        } else if (estimator != null && coded) {
            TopK results = new TopK(k);
            coded(graph, scorer, estimator, ef, results, scratch);
            offer(results, k, into);
        } else {
            GraphSearch.searchLevel0(graph, scorer, GraphSearch.entry(graph, scorer, scratch), ef, scratch);
            for (int i = 0; i < Math.min(k, scratch.pool.size()); i++) {
                into.offerKey(scratch.pool.key(i));
            }
        }
    }

    /// A pool that holds some nodes twice may visit fewer than `k`; then it was too small, and a larger one is tried. One as
    /// large as the graph is a scan.
    private static void coded(Graph graph, Scorer scorer, NeighbourEstimator estimator, int ef, TopK results,
            SearchScratch scratch) {
        for (long room = ef; room < graph.size(); room *= 2) {
            results.clear();
            CodedSearch.search(graph, scorer, estimator, (int) room, results, scratch);
            if (results.size() == results.capacity()) {
                return;
            }
        }
        results.clear();
        GraphSearch.scan(scorer, AcceptOrdinals.all(graph.size()), results, scratch);
    }

    private static void filtered(Graph graph, Scorer scorer, int k, int ef, AcceptOrdinals accept, TopK into,
            SearchScratch scratch,
            boolean coded) {
        long accepted = accept.cardinality();
        NeighbourEstimator estimator = scratch.estimator;
        int wanted = coded ? Math.max(k, (int) (VISITS * ef)) : ef;
        TopK results = new TopK(wanted);
        long cost = coded ? CODED_COST : LINKS_COST;
        boolean complete = false;
        if (accepted > wanted && accepted * accepted > cost * wanted * graph.size()) {
            long budget = Math.max(64, 2 * accepted / cost);
            complete = coded && estimator != null
                    ? CodedSearch.searchFiltered(graph, scorer, estimator, accept, results, budget, scratch)
                    : GraphSearch.searchFiltered(graph, scorer, accept, results, budget, scratch);
        }
        if (!complete || results.size() < Math.min(k, accepted)) {
            results.clear();
            GraphSearch.scan(scorer, accept, results, scratch);
        }
        offer(results, k, into);
    }

    private static void offer(TopK results, int k, TopK into) {
        long[] keys = results.toSortedKeys();
        for (int i = 0; i < Math.min(k, keys.length); i++) {
            into.offerKey(keys[i]);
        }
    }
}
