package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Metric;
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
/// Memory decides the time: a row is a few kilobytes at an address that nobody could foresee. So the nearest few candidates are visited
/// together, and all lines of all their rows touched before the first is used: the walk waits once for what it would wait for one
/// after the other (decision 0222).
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
        int[] together = scratch.together;
        for (int count = take(pool, visited, together); count > 0; count = take(pool, visited, together)) {
            for (int t = 0; t < count; t++) {
                nodes.touch(graph.bytes, rows + rowBytes * together[t], rowBytes);
            }
            for (int t = 0; t < count; t++) {
                int node = together[t];
                long row = rows + rowBytes * node;
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
    }

    /// Takes the nearest candidates that were not visited yet, and marks them.
    private static int take(CandidatePool pool, VisitedSet visited, int[] together) {
        int count = 0;
        while (count < together.length && pool.hasNext()) {
            int node = pool.expandNext();
            if (visited.add(node)) {
                together[count++] = node;
            }
        }
        return count;
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
        /// How many times fewer accepted ones than their share make a walk give up that has spent half of its budget: the others lie
        /// elsewhere, and may lie far.
        private static final double FEWER = 4;

        /// How much farther a candidate that is not accepted counts than it is estimated: it can only lead to others. Chosen by counting
        /// visits (decision 0216).
        private static final float DETOUR = 0.06f;

        /// By what share of their estimate candidates are put back that are not accepted; nothing where distances have no zero.
        static float detour(Metric metric) {
            return switch (metric) {
                case SQUARED_L2, COSINE -> DETOUR;
                case INNER_PRODUCT -> 0;
            };
        }

        boolean hopeless(long seen, long accepted) {
            return seen >= JUDGED && accepted * FEWER < share * seen;
        }
    }

    /// The walk goes on until no candidate is estimated nearer than the farthest of as many accepted nodes as `results` holds. Candidates
    /// that are not accepted count as somewhat farther than they are estimated.
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
        float detour = Limits.detour(graph.header.metric());
        long seen = 0;
        long accepted = 0;
        int[] together = scratch.together;
        long visits = 0;
        while (true) {
            int count = take(open, visited, results.worstDistance(), together);
            if (count == 0) {
                return true;
            }
            if (visits >= limits.budget || 2 * visits >= limits.budget && limits.hopeless(seen, accepted)) {
                return false;
            }
            visits += count;
            for (int t = 0; t < count; t++) {
                query.nodes.touch(graph.bytes, rows + rowBytes * together[t], rowBytes);
            }
            for (int t = 0; t < count; t++) {
                int node = together[t];
                long row = rows + rowBytes * node;
                float distance = query.nodes.distance(graph.bytes, row + codes.nodeOffset());
                scratch.scored++;
                if (accept.accepts(node)) {
                    results.offer(distance, node);
                }
                int n = neighbours.below(graph.bytes, row, distance, results.worstDistance());
                seen += n;
                for (int i = 0; i < n; i++) {
                    boolean counts = accept.accepts(ordinals[i]);
                    accepted += counts ? 1 : 0;
                    if (!visited.contains(ordinals[i])) {
                        float later = counts ? 0 : detour * Math.abs(estimates[i]);
                        open.insert(estimates[i] + later, ordinals[i]);
                    }
                }
            }
        }
    }

    /// Takes the nearest candidates that were not visited yet and are no farther than `worst`, and marks them.
    private static int take(MinHeap open, VisitedSet visited, float worst, int[] together) {
        int count = 0;
        while (count < together.length && !open.isEmpty()) {
            long key = open.pop();
            if (TopK.distance(key) > worst) {
                open.clear(); // all others are farther still
                return count;
            }
            if (visited.add(TopK.ordinal(key))) {
                together[count++] = TopK.ordinal(key);
            }
        }
        return count;
    }
}
