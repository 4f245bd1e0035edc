package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// Chooses how one search is done: over coded rows, over codes or over vectors.
///
/// [FilteredPlan] says how searches with an accept set go.
final class SearchPlan {
    private SearchPlan() {}

    static void run(Graph graph, Scorer scorer, int k, int ef, @Nullable AcceptOrdinals accept, TopK into,
            SearchScratch scratch) {
        CodedQuery query = scratch.coded;
        if (query != null && !scorer.copyQuery(query.query)) {
            query = null; // the scorer cannot tell its query: walk over the links, by its own distances
        }
        if (accept != null) {
            new FilteredPlan(graph, scorer, query, accept, scratch).run(k, ef, into);
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
        GraphSearch.searchLevel0(graph, steer, entry(graph, steer, query, scratch), ef,
                WalkEnd.ofDistances(graph.header.metric(), k, ef, query != null),
                scratch);
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

    /// Where a walk over links begins: by the table of entry points if there is one.
    static int entry(Graph graph, Scorer steer, @Nullable CodedQuery query, SearchScratch scratch) {
        return query == null ? GraphSearch.entry(graph, steer, scratch) : EntryPoints.one(graph, query);
    }

    /// How many of the best by their codes may be scored by their vectors. Codes of eight bits hardly ever change places that are
    /// further apart; those of four bits do.
    static int reranked(Graph graph, int k) {
        return (int) Math.min((long) k + (graph.header.coded() ? Math.max(10, k / 4) : Math.max(14, k)), graph.size());
    }

    /// A pool that holds some nodes twice may visit fewer than `k`; then it was too small, and a larger one is tried. One as
    /// large as the graph is a scan.
    private static void coded(Graph graph, Scorer scorer, CodedQuery query, NeighbourEstimator neighbours, int k, int ef,
            TopK into, SearchScratch scratch) {
        TopK results = new TopK(reranked(graph, k));
        for (long room = ef; room < graph.size(); room *= 2) {
            results.clear();
            CodedSearch.search(graph, query, neighbours, new CodedSearch.Effort(k, (int) room), results, scratch);
            if (results.size() >= k) {
                offer(scorer, query, results, k, into, scratch);
                return;
            }
        }
        results.clear();
        GraphSearch.scan(scorer, AcceptOrdinals.all(graph.size()), results, scratch);
        offer(scorer, null, results, k, into, scratch);
    }

    /// Hands over the nearest `k`; if they were found by codes, by their exact distances ([Rerank]).
    static void offer(Scorer scorer, @Nullable CodedQuery query, TopK results, int k, TopK into,
            SearchScratch scratch) {
        long[] keys = results.toSortedKeys();
        long[] nearest = query == null ? keys : Rerank.run(scorer, keys, k, scratch);
        for (int i = 0; i < Math.min(k, nearest.length); i++) {
            into.offerKey(nearest[i]);
        }
    }
}
