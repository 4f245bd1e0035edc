package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Metric;
import dev.kith.core.NeighbourEstimator;
import dev.kith.core.TopK;

/// Walks over coded rows with an accept set, as those of [CodedSearch] without one: several candidates together, in the order of estimates. A
/// walk goes on until no candidate is estimated nearer than the farthest of as many accepted nodes as its results hold.
///
/// Through all nodes, those not accepted lead from one accepted node to the next. Where the accept set lies away from the query, everything
/// nearer would be visited first; a walk among the accepted nodes alone has nothing in its way there, and where most of a
/// node's neighbours are accepted with it, loses little by leaving out the others.
final class FilteredWalk {
    /// Neighbours that must have been seen before acceptance is judged.
    private static final int JUDGED = 256;
    /// How many times fewer accepted ones than their share make a walk through all nodes give up: the others lie elsewhere, and may lie far.
    private static final double FEWER = 4;
    /// It has then spent this part of its budget.
    private static final int PATIENCE = 8;
    /// How much farther a candidate that is not accepted counts than it is estimated: it can only lead to others. Chosen by counting
    /// visits (decision 0216).
    private static final float DETOUR = 0.06f;

    private final Graph graph;
    private final CodedQuery query;
    private final NeighbourEstimator neighbours;
    private final AcceptOrdinals accept;
    private final SearchScratch scratch;
    private final long rows;
    private final long rowBytes;
    private final long nodeOffset;

    /// @param query prepared, of a graph whose rows carry codes of neighbours
    /// @param accept which nodes count
    FilteredWalk(Graph graph, CodedQuery query, NeighbourEstimator neighbours, AcceptOrdinals accept, SearchScratch scratch) {
        this.graph = graph;
        this.query = query;
        this.neighbours = neighbours;
        this.accept = accept;
        this.scratch = scratch;
        this.rows = graph.header.codesOffset();
        this.rowBytes = graph.header.codes().rowBytes();
        this.nodeOffset = graph.header.codes().nodeOffset();
    }

    /// Walks through all nodes. Those that are not accepted count as somewhat farther than they are estimated.
    ///
    /// @param share of all nodes that is accepted
    /// @param budget nodes that may be visited
    /// @return whether it came to its end within the budget, and had hope to
    boolean throughAll(double share, long budget, TopK results) {
        scratch.begin();
        scratch.open.clear();
        EntryPoints.begin(graph, query, scratch.open);
        float detour = detour(graph.header.metric());
        int[] ordinals = neighbours.ordinals();
        float[] estimates = neighbours.estimates();
        long seen = 0;
        long accepted = 0;
        long visits = 0;
        for (int count = take(results); count > 0; count = take(results)) {
            if (visits >= budget || PATIENCE * visits >= budget && hopeless(seen, accepted, share)) {
                return false;
            }
            visits += count;
            touch(count);
            for (int t = 0; t < count; t++) {
                int n = visit(scratch.together[t], results);
                seen += n;
                for (int i = 0; i < n; i++) {
                    boolean counts = accept.accepts(ordinals[i]);
                    accepted += counts ? 1 : 0;
                    if (!scratch.visited.contains(ordinals[i])) {
                        float later = counts ? 0 : detour * Math.abs(estimates[i]);
                        scratch.open.insert(estimates[i] + later, ordinals[i]);
                    }
                }
            }
        }
        return true;
    }

    /// Walks among accepted nodes alone, from half of the accepted entry points. It may end in a part of them that the nearest ones are not
    /// in, which shows when a walk from the other half ends elsewhere.
    ///
    /// @param half 0 or 1
    /// @param budget nodes that may be visited
    /// @return whether it came to its end within the budget
    boolean amongAccepted(int half, long budget, TopK results) {
        scratch.begin();
        scratch.open.clear();
        EntryPoints.beginAccepted(graph, query, accept, half, scratch.open);
        int[] ordinals = neighbours.ordinals();
        float[] estimates = neighbours.estimates();
        long visits = 0;
        for (int count = take(results); count > 0; count = take(results)) {
            if (visits >= budget) {
                return false;
            }
            visits += count;
            touch(count);
            for (int t = 0; t < count; t++) {
                int n = visit(scratch.together[t], results);
                for (int i = 0; i < n; i++) {
                    if (accept.accepts(ordinals[i]) && !scratch.visited.contains(ordinals[i])) {
                        scratch.open.insert(estimates[i], ordinals[i]);
                    }
                }
            }
        }
        return true;
    }

    /// Takes the nearest candidates that were not visited yet and may be among the results, and marks them.
    private int take(TopK results) {
        MinHeap open = scratch.open;
        int[] together = scratch.together;
        int count = 0;
        while (count < together.length && !open.isEmpty()) {
            long key = open.pop();
            if (TopK.distance(key) > results.worstDistance()) {
                open.clear(); // all others are farther still
                return count;
            }
            if (scratch.visited.add(TopK.ordinal(key))) {
                together[count++] = TopK.ordinal(key);
            }
        }
        return count;
    }

    private void touch(int count) {
        for (int t = 0; t < count; t++) {
            query.nodes.touch(graph.bytes, rows + rowBytes * scratch.together[t], rowBytes);
        }
    }

    /// Offers the node if it is accepted, and estimates its neighbours.
    ///
    /// @return how many of them may be among the results
    private int visit(int node, TopK results) {
        long row = rows + rowBytes * node;
        float distance = query.nodes.distance(graph.bytes, row + nodeOffset);
        scratch.scored++;
        if (accept.accepts(node)) {
            results.offer(distance, node);
        }
        return neighbours.below(graph.bytes, row, distance, results.worstDistance());
    }

    private static boolean hopeless(long seen, long accepted, double share) {
        return seen >= JUDGED && accepted * FEWER < share * seen;
    }

    /// By what share of their estimate candidates are put back that are not accepted; nothing where distances have no zero.
    private static float detour(Metric metric) {
        return switch (metric) {
            case SQUARED_L2, COSINE -> DETOUR;
            case INNER_PRODUCT -> 0;
        };
    }
}
