package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// Chooses how one search is done: over coded rows, over codes or over vectors, and, with an accept set, walk or scan. A scan is exact
/// except over a compact graph, where it is one of codes with a rerank.
///
/// A walk visits about `ef` nodes when all are accepted and `ef / share` when a share of them is; a scan scores the accepted
/// ones, `share * size`. The cheaper by estimate is taken. A walk whose accept set lies away from the query visits many more
/// nodes than that, so it has a budget and gives way to the scan when that is spent: no search costs much more than twice
/// the better of the two, and none returns less because its filter was unlucky.
final class SearchPlan {
    /// Cost of one visited node in scored vectors of a scan: over vectors, its unvisited neighbours, which miss the cache; over
    /// coded rows, one row, and the queue of a filtered walk. Measured on WordNet-MiniLM-384 with random filters of 3 to 50 %: a visit of
    /// a coded row takes 0.9 microseconds and a scanned vector 0.08, so that both cost the same near 5 % for 10 answers.
    private static final long LINKS_COST = 24;

    private static final long CODED_COST = 12;
    /// The same over codes, whose scan reads codes too.
    private static final long COMPACT_COST = 48;
    /// A walk over coded rows keeps estimates of a node from several neighbours, so of `ef` places about two thirds become
    /// visits. A filtered one counts visits.
    private static final double VISITS = 0.66;

    private SearchPlan() {}

    static void run(Graph graph, Scorer scorer, int k, int ef, @Nullable AcceptOrdinals accept, TopK into,
            SearchScratch scratch) {
        CodedQuery query = scratch.coded;
        if (query != null && !scorer.copyQuery(query.query)) {
            query = null; // the scorer cannot tell its query: walk over the links, by its own distances
        }
        if (accept != null) {
            filtered(graph, scorer, k, ef, accept, into, scratch, query);
        } else if (query != null && query.neighbours != null) {
            query.prepare();
            coded(graph, scorer, query, query.neighbours, k, ef, into, scratch);
        } else {
            if (query != null) {
                query.prepare();
            }
            links(graph, scorer, query, k, ef, into, scratch);
        }
    }

    /// Codes that are not what was written may lead a walk astray, so that it ends with fewer than `k`; then all are scanned.
    private static void links(Graph graph, Scorer scorer, @Nullable CodedQuery query, int k, int ef, TopK into,
            SearchScratch scratch) {
        Scorer steer = query == null ? scorer : query.scorer;
        GraphSearch.searchLevel0(graph, steer, GraphSearch.entry(graph, steer, scratch), ef, scratch);
        TopK results = new TopK(query == null ? k : reranked(graph, k));
        for (int i = 0; i < Math.min(results.capacity(), scratch.pool.size()); i++) {
            results.offerKey(scratch.pool.key(i));
        }
        if (query != null && results.size() < k) {
            results.clear();
            GraphSearch.scan(scorer, AcceptOrdinals.all(graph.size()), results, scratch);
            offer(scorer, null, results, k, into, scratch);
            return;
        }
        offer(scorer, query, results, k, into, scratch);
    }

    /// How many of the best by their codes may be scored by their vectors. Codes of eight bits hardly ever change places that are
    /// further apart; those of four bits do.
    private static int reranked(Graph graph, int k) {
        return (int) Math.min((long) k + (graph.header.coded() ? Math.max(10, k / 4) : Math.max(14, k)), graph.size());
    }

    /// A pool that holds some nodes twice may visit fewer than `k`; then it was too small, and a larger one is tried. One as
    /// large as the graph is a scan.
    private static void coded(Graph graph, Scorer scorer, CodedQuery query, NeighbourEstimator neighbours, int k, int ef,
            TopK into, SearchScratch scratch) {
        TopK results = new TopK(reranked(graph, k));
        for (long room = ef; room < graph.size(); room *= 2) {
            results.clear();
            CodedSearch.search(graph, query.nodes, neighbours, (int) room, results, scratch);
            if (results.size() >= k) {
                offer(scorer, query, results, k, into, scratch);
                return;
            }
        }
        results.clear();
        GraphSearch.scan(scorer, AcceptOrdinals.all(graph.size()), results, scratch);
        offer(scorer, null, results, k, into, scratch);
    }

    /// A search that scans vectors at once never needs the query rotated, which costs as much as scoring dozens of vectors.
    private static void filtered(Graph graph, Scorer scorer, int k, int ef, AcceptOrdinals accept, TopK into,
            SearchScratch scratch, @Nullable CodedQuery query) {
        long accepted = accept.cardinality();
        NeighbourEstimator neighbours = query == null ? null : query.neighbours;
        int wanted = wanted(graph, k, ef, query);
        long cost = neighbours != null ? CODED_COST : query != null ? COMPACT_COST : LINKS_COST;
        if (accepted > wanted && accepted * accepted > cost * wanted * graph.size()) {
            if (query != null) {
                query.prepare();
            }
            TopK results = new TopK(wanted);
            long budget = Math.max(64, 2 * accepted / cost);
            boolean complete = query != null && neighbours != null
                    ? CodedSearch.searchFiltered(graph, query, neighbours, accept, results, budget, scratch)
                    : GraphSearch.searchFiltered(graph, query == null ? scorer : query.scorer, accept, results, budget, scratch);
            if (complete && results.size() >= Math.min(k, accepted)) {
                offer(scorer, query, results, k, into, scratch);
                return;
            }
        }
        if (query != null && neighbours == null && accepted > 4L * scanned(graph, k)) {
            query.prepare(); // again, if a walk was tried: cheap beside the scan
            TopK candidates = new TopK(scanned(graph, k));
            GraphSearch.scan(query.scorer, accept, candidates, scratch);
            offer(scorer, query, candidates, k, into, scratch);
            return;
        }
        TopK results = new TopK(k);
        GraphSearch.scan(scorer, accept, results, scratch);
        offer(scorer, null, results, k, into, scratch);
    }

    /// How many accepted nodes a filtered walk looks for, a few more than `k` where they are found by codes.
    private static int wanted(Graph graph, int k, int ef, @Nullable CodedQuery query) {
        if (query == null) {
            return ef;
        }
        long wanted = query.neighbours != null ? Math.max(k + 2L, (long) (VISITS * ef)) : Math.max(k + k / 2L, ef);
        return (int) Math.min(wanted, graph.size());
    }

    /// Candidates that a scan of four-bit codes keeps for the rerank. A compact graph's vectors may be cold, so that scanning them
    /// would read far more from disk than it saves; with fewer accepted than a few times this, they are read at once.
    private static int scanned(Graph graph, int k) {
        return (int) Math.min(4L * k + 40, graph.size());
    }

    /// Hands over the nearest `k`; if they were found by codes, by their exact distances ([Rerank]).
    private static void offer(Scorer scorer, @Nullable CodedQuery query, TopK results, int k, TopK into,
            SearchScratch scratch) {
        long[] keys = results.toSortedKeys();
        long[] nearest = query == null ? keys : Rerank.run(scorer, keys, k, scratch);
        for (int i = 0; i < Math.min(k, nearest.length); i++) {
            into.offerKey(nearest[i]);
        }
    }
}
