package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;

/// Walks over coded rows: visiting a node means scoring its vector exactly and estimating all its neighbours from its row.
/// Only visited nodes become results, so every answered distance is exact and no separate rerank is needed.
///
/// The candidates are ordered by estimate. A node estimated by several visited neighbours may wait in the pool more than
/// once; its best estimate decides when it is visited, later ones are skipped, which is cheaper than to look it up and
/// makes one unlucky estimate harmless (Gou et al., "SymphonyQG", SIGMOD 2025, section 4).
final class CodedSearch {
    private CodedSearch() {}

    static void search(Graph graph, Scorer scorer, NeighbourEstimator estimator, int ef, TopK results, SearchScratch scratch) {
        NeighbourCodes codes = graph.header.codes();
        long rowBytes = codes.rowBytes();
        long rows = graph.header.codesOffset();
        VisitedSet visited = scratch.visited;
        CandidatePool pool = scratch.pool;
        visited.clear();
        pool.reset(ef);
        pool.insert(Float.NEGATIVE_INFINITY, graph.header.startOrdinal());
        if (ef > 1) {
            pool.insert(Float.NEGATIVE_INFINITY, graph.header.entryOrdinal());
        }
        int[] ordinals = estimator.ordinals();
        float[] estimates = estimator.estimates();
        while (pool.hasNext()) {
            int node = pool.expandNext();
            if (!visited.add(node)) {
                continue;
            }
            float distance = exact(scorer, node, scratch);
            results.offer(distance, node);
            int n = estimator.below(graph.bytes, rows + rowBytes * node, distance, pool.bound());
            for (int i = 0; i < n; i++) {
                if (!visited.contains(ordinals[i])) {
                    pool.insert(estimates[i], ordinals[i]);
                }
            }
        }
    }

    /// The walk goes on until no candidate is estimated nearer than the farthest of as many accepted nodes as `results` holds.
    ///
    /// @param budget nodes that may be visited
    /// @return whether it came to its end within the budget
    static boolean searchFiltered(Graph graph, Scorer scorer, NeighbourEstimator estimator, AcceptOrdinals accept, TopK results,
            long budget, SearchScratch scratch) {
        long rowBytes = graph.header.codes().rowBytes();
        long rows = graph.header.codesOffset();
        VisitedSet visited = scratch.visited;
        MinHeap open = scratch.open;
        visited.clear();
        open.clear();
        open.push(TopK.key(Float.NEGATIVE_INFINITY, graph.header.startOrdinal()));
        open.push(TopK.key(Float.NEGATIVE_INFINITY, graph.header.entryOrdinal()));
        int[] ordinals = estimator.ordinals();
        float[] estimates = estimator.estimates();
        for (long visits = 0; !open.isEmpty();) {
            long key = open.pop();
            if (TopK.distance(key) > results.worstDistance()) {
                return true;
            }
            int node = TopK.ordinal(key);
            if (!visited.add(node)) {
                continue;
            }
            if (visits++ == budget) {
                return false;
            }
            float distance = exact(scorer, node, scratch);
            if (accept.accepts(node)) {
                results.offer(distance, node);
            }
            int n = estimator.below(graph.bytes, rows + rowBytes * node, distance, results.worstDistance());
            for (int i = 0; i < n; i++) {
                if (!visited.contains(ordinals[i])) {
                    open.push(TopK.key(estimates[i], ordinals[i]));
                }
            }
        }
        return true;
    }

    private static float exact(Scorer scorer, int node, SearchScratch scratch) {
        scratch.batch[0] = node;
        scorer.score(scratch.batch, 1, scratch.distances);
        scratch.scored++;
        return scratch.distances[0];
    }
}
