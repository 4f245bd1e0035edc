package dev.kith.hnsw;

import dev.kith.core.DenseVectors;
import java.util.BitSet;
import java.util.Objects;

/// An earlier graph over some of the vectors of a new one, whose links are taken over: what a merge gives for its largest part.
///
/// A node whose links went for the most part to vectors that are no longer there is linked anew, like one that is new.
///
/// @param index the earlier graph, of the same metric, dimension and `m`
/// @param ordinals for each of its nodes the ordinal in the new graph, ascending, or -1 where the vector is gone; not copied
public record GraphReuse(HnswIndex index, int[] ordinals) {
    /// Checks that there is an ordinal for each node, and that they ascend.
    public GraphReuse {
        Objects.requireNonNull(index);
        if (ordinals.length != index.size()) {
            throw new IllegalArgumentException(
                    "ordinals must be one for each node, are " + ordinals.length + " for " + index.size());
        }
        int last = -1;
        for (int i = 0; i < ordinals.length; i++) {
            if (ordinals[i] != -1) {
                if (ordinals[i] <= last) {
                    throw new IllegalArgumentException(
                            "ordinals must ascend, ordinals[" + i + "] is " + ordinals[i] + " after " + last);
                }
                last = ordinals[i];
            }
        }
    }

    /// Whether the links can be taken over into a graph of such vectors and parameters.
    public boolean fits(DenseVectors vectors, HnswParameters parameters) {
        return index.metric() == vectors.metric() && index.dimension() == vectors.dimension()
                && index.parameters().m() == parameters.m();
    }

    /// Copies the surviving links into the rows of `graph`; returns the nodes that keep enough of them.
    BitSet copyTo(Graph graph) {
        Graph earlier = index.graph();
        BitSet kept = new BitSet(graph.size());
        int[] row = new int[graph.degree()];
        for (int node = 0; node < ordinals.length; node++) {
            int ordinal = ordinals[node];
            if (ordinal < 0) {
                continue;
            }
            if (ordinal >= graph.size()) {
                throw new IllegalArgumentException("ordinals[" + node + "] is " + ordinal + ", the graph has " + graph.size());
            }
            earlier.links(node, row);
            int all = Graph.count(row, row.length);
            int n = 0;
            for (int i = 0; i < all; i++) {
                int target = ordinals[row[i]];
                if (target >= 0) {
                    row[n++] = target;
                }
            }
            if (n > 0 && 4 * n >= 3 * all) {
                kept.set(ordinal);
                graph.setLinks(ordinal, row, n);
            }
        }
        return kept;
    }
}
