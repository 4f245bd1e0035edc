package dev.kith.hnsw;

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
/// [WalkEnd] says when a walk with much effort may stop, [FilteredWalk] how walks with an accept set go.
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
}
