package dev.kith.hnsw;

/// Collects the links of a node and the links of these. Belongs to one thread.
final class NeighboursOfNeighbours {
    private final Graph graph;
    private final VisitedSet seen;
    private final int[] row;
    private final int[] other;

    NeighboursOfNeighbours(Graph graph) {
        this.graph = graph;
        this.seen = new VisitedSet(graph.size());
        this.row = new int[graph.degree()];
        this.other = new int[graph.degree()];
    }

    /// Writes each of them once to `target`, the node itself not; returns how many, at most `degree * (degree + 1)`.
    int collect(int node, int[] target) {
        seen.clear();
        seen.add(node);
        graph.links(node, row);
        int own = Graph.count(row, row.length);
        int n = 0;
        for (int i = 0; i < own; i++) {
            seen.add(row[i]);
            target[n++] = row[i];
        }
        for (int i = 0; i < own; i++) {
            graph.links(row[i], other);
            for (int j = 0; j < other.length && other[j] != Graph.NONE; j++) {
                if (seen.add(other[j])) {
                    target[n++] = other[j];
                }
            }
        }
        return n;
    }
}
