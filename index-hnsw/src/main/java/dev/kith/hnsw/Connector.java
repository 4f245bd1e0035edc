package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.agrona.collections.Int2ObjectHashMap;

/// Makes every node reachable from the entry along level-0 links.
///
/// Choosing links anew drops some, and a node whose last inbound link was dropped can no longer be found; with many equal
/// vectors that is most of them. Each such node is hung onto a reachable node near it that has room in its row: its own
/// nearest reachable neighbour, or, when that is full, one that was hung there before. Nodes hung onto one neighbour thus
/// form a tree with the fan-out of a row, so a crowd of equal vectors is a shallow tree, not a chain.
final class Connector {
    private final Graph graph;
    private final VectorSource vectors;
    private final BuildControl control;
    private final IntPredicate members;
    private final VisitedSet reached;
    private final int[] queue;
    private final int[] row;
    private final float[] distances;
    private final Int2ObjectHashMap<ArrayDeque<Integer>> hosts = new Int2ObjectHashMap<>();

    Connector(Graph graph, VectorSource vectors, BuildControl control) {
        this(graph, vectors, control, _ -> true);
    }

    /// @param members the nodes to connect, the entry among them
    Connector(Graph graph, VectorSource vectors, BuildControl control, IntPredicate members) {
        this.members = members;
        this.graph = graph;
        this.vectors = vectors;
        this.control = control;
        this.reached = new VisitedSet(graph.size());
        this.queue = new int[graph.size()];
        this.row = new int[graph.degree()];
        this.distances = new float[graph.degree()];
    }

    /// Connects what is not reachable; returns how many nodes were hung in.
    int connect() {
        if (graph.size() == 0) {
            return 0;
        }
        reach(graph.header.entryOrdinal());
        int hung = 0;
        for (int ordinal = 0; ordinal < graph.size(); ordinal++) {
            if (members.test(ordinal) && !reached.contains(ordinal)) {
                hang(ordinal);
                reach(ordinal);
                hung++;
                control.checkCancelled();
            }
        }
        return hung;
    }

    /// How many nodes cannot be reached from the entry.
    static int countUnreachable(Graph graph) {
        return graph.size() - reachable(graph).cardinality();
    }

    /// The nodes that can be reached from the entry.
    static BitSet reachable(Graph graph) {
        BitSet nodes = new BitSet(graph.size());
        if (graph.size() > 0) {
            int[] queue = new int[graph.size()];
            int n = reach(graph, graph.header.entryOrdinal(), new VisitedSet(graph.size()), queue, new int[graph.degree()]);
            for (int i = 0; i < n; i++) {
                nodes.set(queue[i]);
            }
        }
        return nodes;
    }

    private void reach(int start) {
        reach(graph, start, reached, queue, row);
    }

    private static int reach(Graph graph, int start, VisitedSet reached, int[] queue, int[] row) {
        int head = 0;
        int tail = 0;
        reached.add(start);
        queue[tail++] = start;
        while (head < tail) {
            graph.links(queue[head++], row);
            for (int i = 0; i < row.length && row[i] != Graph.NONE; i++) {
                if (reached.add(row[i])) {
                    queue[tail++] = row[i];
                }
            }
        }
        return tail;
    }

    private void hang(int ordinal) {
        int root = nearestReached(ordinal);
        ArrayDeque<Integer> line = hosts.computeIfAbsent(root, r -> {
            ArrayDeque<Integer> first = new ArrayDeque<>();
            first.add(r);
            return first;
        });
        while (!line.isEmpty()) {
            int host = line.getFirst();
            graph.links(host, row);
            int n = Graph.count(row, graph.degree());
            if (n < graph.degree()) {
                row[n] = ordinal;
                graph.setLinks(host, row, n + 1);
                line.add(ordinal);
                return;
            }
            line.removeFirst();
        }
        line.add(replaceFarthest(root, ordinal));
    }

    /// The nearest linked node that is reached; where no link is, the nearest found by a search.
    private int nearestReached(int ordinal) {
        graph.links(ordinal, row);
        int n = 0;
        for (int i = 0; i < row.length && row[i] != Graph.NONE; i++) {
            if (reached.contains(row[i])) {
                row[n++] = row[i];
            }
        }
        if (n == 0) {
            return search(ordinal);
        }
        vectors.scorer(ordinal).score(row, n, distances);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            best = Math.min(best, TopK.key(distances[i], row[i]));
        }
        return TopK.ordinal(best);
    }

    private int search(int ordinal) {
        SearchScratch scratch = new SearchScratch(graph.size(), graph.degree());
        var scorer = vectors.scorer(ordinal);
        GraphSearch.searchLevel0(graph, scorer, GraphSearch.entry(graph, scorer, scratch), 32, scratch);
        for (int i = 0; i < scratch.pool.size(); i++) {
            int found = TopK.ordinal(scratch.pool.key(i));
            if (reached.contains(found)) {
                return found;
            }
        }
        return graph.header.entryOrdinal();
    }

    /// No room anywhere: `ordinal` takes the last link of `root` and links on to the node that lost it.
    private int replaceFarthest(int root, int ordinal) {
        graph.links(root, row);
        int lost = row[graph.degree() - 1];
        row[graph.degree() - 1] = ordinal;
        graph.setLinks(root, row, graph.degree());
        graph.links(ordinal, row);
        int n = Math.min(Graph.count(row, graph.degree()), graph.degree() - 1);
        row[n] = lost;
        graph.setLinks(ordinal, row, n + 1);
        return ordinal;
    }
}
