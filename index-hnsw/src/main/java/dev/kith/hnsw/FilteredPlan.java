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
/// nodes than that, so it has a budget, and gives up before where it sees that it is so; then, over coded rows, comes a walk among the
/// accepted nodes alone, and if that too does not end well, the scan: no search
/// costs much more than three times the better of the two, and none returns less because its filter was unlucky.
///
/// A scan of few accepted nodes is exact; one of many is a [CodeScan] if codes can tell them apart.
final class FilteredPlan {
    /// Cost of one visited node in scanned ones: over vectors, its unvisited neighbours, which miss the cache; over coded rows, one
    /// row and the queue. More than a visit takes today (0.7 microseconds, a scanned code 0.011 to 0.016), because a scan where both cost the
    /// same has more recall: lower prices were tried on WordNet-MiniLM-384 and Fashion-MNIST-784 and left (decision 0216).
    private static final long LINKS_COST = 24;

    private static final long CODED_COST = 150;
    /// The same over codes, whose scan reads codes too.
    private static final long COMPACT_COST = 48;
    /// Accepted nodes for each visit that either of two walks among them may make: together they take about as long as the scan would.
    private static final long AMONG_COST = 100;
    /// How many times as many nodes as are wanted they look for if all are accepted, and more where fewer are (decision 0223).
    private static final double AMONG = 1.5;
    /// Which part of what was found both must have come to.
    private static final double AGREED = 0.85;
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
        if (query != null && accepted * graph.header.dimension() > EXACT_COMPONENTS
                && new CodeScan(graph, scorer, query, accept, accepted, scratch).run(k, ef, into)) {
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
        TopK results = query != null && neighbours != null
                ? walkRows(query, neighbours, wanted)
                : walkLinks(wanted, budget(cost));
        if (results == null || results.size() < Math.min(k, accepted)) {
            return false;
        }
        SearchPlan.offer(scorer, query, results, k, into, scratch);
        return true;
    }

    private long budget(long cost) {
        return Math.max(64, 2 * accepted / cost);
    }

    /// Walks through all nodes; if the accepted ones lie elsewhere, twice among them alone, for more of them than are wanted. Such a walk may end in a
    /// part of them that the nearest are not in, so it counts only if one from other entry points has come to the same.
    ///
    /// @return the nearest `wanted` that were found; null if the walks did not come to their ends, or to different ones
    private @Nullable TopK walkRows(CodedQuery coded, NeighbourEstimator neighbours, int wanted) {
        FilteredWalk walk = new FilteredWalk(graph, coded, neighbours, accept, scratch);
        double share = (double) accepted / graph.size();
        TopK results = new TopK(wanted);
        if (walk.throughAll(share, budget(CODED_COST), results)) {
            return results;
        }
        int more = (int) Math.min(graph.size(), wanted * Math.max(1, AMONG / share));
        long budget = Math.max(64, accepted / AMONG_COST);
        if (more + more / 5 > budget) {
            return null; // visiting what is looked for alone uses it up
        }
        TopK one = new TopK(more);
        TopK other = new TopK(more);
        if (!walk.amongAccepted(0, budget, one) || !walk.amongAccepted(1, budget, other)) {
            return null;
        }
        results.clear();
        int both = merge(one.toSortedKeys(), other.toSortedKeys(), results);
        return results.size() == wanted && both >= AGREED * wanted ? results : null;
    }

    /// Offers the nearest of two sorted lists until the results are full, and returns how many of them stood in both.
    private static int merge(long[] one, long[] other, TopK results) {
        int both = 0;
        int i = 0;
        int j = 0;
        while (results.size() < results.capacity() && (i < one.length || j < other.length)) {
            long a = i < one.length ? one[i] : Long.MAX_VALUE;
            long b = j < other.length ? other[j] : Long.MAX_VALUE;
            results.offerKey(Math.min(a, b));
            both += a == b ? 1 : 0;
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }
        return both;
    }

    private @Nullable TopK walkLinks(int wanted, long budget) {
        Scorer steer = query == null ? scorer : query.scorer;
        int entry = SearchPlan.entry(graph, steer, query, scratch);
        TopK results = new TopK(wanted);
        return GraphSearch.searchFiltered(graph, steer, entry, accept, results, budget, scratch) ? results : null;
    }

    /// How many accepted nodes a walk looks for, a few more than `k` where they are found by codes.
    private int wanted(int k, int ef) {
        if (query == null) {
            return ef;
        }
        long wanted = query.neighbours != null ? Math.max(k + 2L, (long) (VISITS * ef)) : Math.max(k + k / 2L, ef);
        return (int) Math.min(wanted, graph.size());
    }
}
