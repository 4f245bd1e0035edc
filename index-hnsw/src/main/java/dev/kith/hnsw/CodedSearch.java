package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.NodeEstimator;
import dev.kith.core.TopK;

/// Walks over coded rows: visiting a node means taking its distance from its own code, nearly exact, and estimating all its
/// neighbours, all from its row. Only visited nodes become results; the caller reranks them by their vectors.
///
/// The candidates are ordered by estimate. A node estimated by several visited neighbours may wait in the pool more than
/// once; its best estimate decides when it is visited, later ones are skipped, which is cheaper than to look it up and
/// makes one unlucky estimate harmless (Gou et al., "SymphonyQG", SIGMOD 2025, section 4).
///
/// Memory decides the time: a row is a few kilobytes at an address that nobody could foresee. So all lines of a row are touched
/// before the first is used, together with those of the candidate that will probably be next.
///
/// [WalkEnd] says when a walk with much effort may stop.
final class CodedSearch {
    private CodedSearch() {}

    /// How much a walk is to find: `k` answers, with `ef` candidates in mind.
    record Effort(int k, int ef) {}

    /// @param query prepared, of a graph whose rows carry codes of neighbours
    /// @param results the visited nodes that are nearest by their codes
    static void search(Graph graph, CodedQuery query, NeighbourEstimator neighbours, Effort effort, TopK results,
            SearchScratch scratch) {
        NeighbourCodes codes = graph.header.codes();
        NodeEstimator nodes = query.nodes;
        long rowBytes = codes.rowBytes();
        long nodeOffset = codes.nodeOffset();
        long rows = graph.header.codesOffset();
        VisitedSet visited = scratch.visited;
        CandidatePool pool = scratch.pool;
        WalkEnd end = WalkEnd.ofEstimates(graph.header.metric(), effort.k, effort.ef);
        scratch.begin();
        pool.reset(effort.ef);
        EntryPoints.begin(graph, query, pool);
        float limit = Float.POSITIVE_INFINITY;
        int[] ordinals = neighbours.ordinals();
        float[] estimates = neighbours.estimates();
        while (pool.hasNext()) {
            int node = pool.expandNext();
            if (!visited.add(node)) {
                continue;
            }
            long row = rows + rowBytes * node;
            nodes.touch(graph.bytes, row, rowBytes);
            if (pool.hasNext()) {
                nodes.touch(graph.bytes, rows + rowBytes * pool.next(), rowBytes);
            }
            float distance = nodes.distance(graph.bytes, row + nodeOffset);
            scratch.scored++;
            results.offer(distance, node);
            if (end != null) {
                end.visited(distance, node);
                limit = narrow(end, pool, effort.ef);
            }
            int n = neighbours.below(graph.bytes, row, distance, Math.min(limit, pool.bound()));
            for (int i = 0; i < n; i++) {
                if (!visited.contains(ordinals[i])) {
                    pool.insert(estimates[i], ordinals[i]);
                }
            }
        }
    }

    /// Takes candidates beyond the limit out of the pool, which holds more once there is a limit.
    private static float narrow(WalkEnd end, CandidatePool pool, int ef) {
        float limit = end.limit();
        if (limit < Float.POSITIVE_INFINITY) {
            pool.grow(WalkEnd.room(ef));
            pool.trim(limit);
        }
        return limit;
    }

    /// Where a filtered walk may go.
    ///
    /// @param accept which nodes count
    /// @param share of all nodes that it accepts
    /// @param budget nodes that may be visited
    record Limits(AcceptOrdinals accept, double share, long budget) {
        /// Neighbours that must have been seen before acceptance is judged.
        private static final int JUDGED = 256;
        /// How many times fewer accepted ones than their share make a walk give up: the others lie elsewhere.
        private static final double FEWER = 4;

        boolean hopeless(long seen, long accepted) {
            return seen >= JUDGED && accepted * FEWER < share * seen;
        }
    }

    /// The walk goes on until no candidate is estimated nearer than the farthest of as many accepted nodes as `results` holds.
    ///
    /// @return whether it came to its end within the budget, and had hope to
    static boolean searchFiltered(Graph graph, CodedQuery query, NeighbourEstimator neighbours, Limits limits, TopK results,
            SearchScratch scratch) {
        AcceptOrdinals accept = limits.accept;
        NeighbourCodes codes = graph.header.codes();
        long rowBytes = codes.rowBytes();
        long rows = graph.header.codesOffset();
        VisitedSet visited = scratch.visited;
        MinHeap open = scratch.open;
        visited.clear();
        open.clear();
        EntryPoints.begin(graph, query, open);
        int[] ordinals = neighbours.ordinals();
        float[] estimates = neighbours.estimates();
        long seen = 0;
        long accepted = 0;
        for (long visits = 0; !open.isEmpty();) {
            long key = open.pop();
            if (TopK.distance(key) > results.worstDistance()) {
                return true;
            }
            int node = TopK.ordinal(key);
            if (!visited.add(node)) {
                continue;
            }
            if (visits++ == limits.budget || limits.hopeless(seen, accepted)) {
                return false;
            }
            long row = rows + rowBytes * node;
            query.nodes.touch(graph.bytes, row, rowBytes);
            float distance = query.nodes.distance(graph.bytes, row + codes.nodeOffset());
            scratch.scored++;
            if (accept.accepts(node)) {
                results.offer(distance, node);
            }
            int n = neighbours.below(graph.bytes, row, distance, results.worstDistance());
            seen += n;
            for (int i = 0; i < n; i++) {
                accepted += accept.accepts(ordinals[i]) ? 1 : 0;
                if (!visited.contains(ordinals[i])) {
                    open.insert(estimates[i], ordinals[i]);
                }
            }
        }
        return true;
    }
}
