package dev.kith.hnsw;

import dev.kith.core.DenseVectors;
import java.util.BitSet;

/// Who links to whom: turns the links that new nodes chose around, and gives each node those that lead to it. A row that
/// overflows is chosen anew, once for all that came in.
final class BackLinks {
    private final Graph graph;
    /// The nodes that link to `ordinal` are `sources[ends[ordinal - 1] ..< ends[ordinal]]`, ascending.
    private final int[] ends;
    private final int[] sources;

    private BackLinks(Graph graph, int[] ends, int[] sources) {
        this.graph = graph;
        this.ends = ends;
        this.sources = sources;
    }

    /// Turns around the links of the `fresh` nodes.
    static BackLinks of(Graph graph, BitSet fresh) {
        int[] row = new int[graph.degree()];
        int[] ends = new int[graph.size()];
        for (int ordinal = fresh.nextSetBit(0); ordinal >= 0; ordinal = fresh.nextSetBit(ordinal + 1)) {
            graph.links(ordinal, row);
            for (int i = 0; i < row.length && row[i] != Graph.NONE; i++) {
                ends[row[i]]++;
            }
        }
        int total = 0;
        for (int i = 0; i < ends.length; i++) {
            int n = ends[i];
            ends[i] = total;
            total = Math.addExact(total, n);
        }
        int[] sources = new int[total];
        for (int ordinal = fresh.nextSetBit(0); ordinal >= 0; ordinal = fresh.nextSetBit(ordinal + 1)) {
            graph.links(ordinal, row);
            for (int i = 0; i < row.length && row[i] != Graph.NONE; i++) {
                sources[ends[row[i]]++] = ordinal;
            }
        }
        return new BackLinks(graph, ends, sources);
    }

    /// What adds them to the rows. One for each thread; each row belongs to one call.
    Adder adder(DenseVectors vectors) {
        return new Adder(vectors);
    }

    /// Adds to rows.
    final class Adder {
        private final LinkChooser chooser;
        private final int[] row = new int[graph.degree()];

        private Adder(DenseVectors vectors) {
            this.chooser = new LinkChooser(vectors, graph.degree(), 256);
        }

        /// Gives `ordinal` the links that lead to it.
        void add(int ordinal) {
            int from = ordinal == 0 ? 0 : ends[ordinal - 1];
            int to = ends[ordinal];
            if (from == to) {
                return;
            }
            graph.links(ordinal, row);
            int own = Graph.count(row, row.length);
            chooser.reserve(own + to - from);
            int[] all = chooser.ordinals();
            System.arraycopy(row, 0, all, 0, own);
            int n = own;
            for (int i = from; i < to; i++) {
                if (!contains(own, sources[i])) {
                    all[n++] = sources[i];
                }
            }
            if (n > row.length) {
                int links = chooser.chooseFull(ordinal, n, row.length);
                graph.setLinks(ordinal, chooser.chosen(), links);
            } else {
                System.arraycopy(all, 0, row, 0, n);
                graph.setLinks(ordinal, row, n);
            }
        }

        private boolean contains(int own, int source) {
            for (int i = 0; i < own; i++) {
                if (row[i] == source) {
                    return true;
                }
            }
            return false;
        }
    }
}
