package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import java.util.function.IntPredicate;

/// Takes deleted nodes out of a graph: every node that links to one gets that one's links as candidates in its place and chooses
/// anew (the repair of FreshDiskANN, Singh et al. 2021, section 4.2), on every level; then what cannot be reached is hung in.
/// Afterwards nothing links to a deleted node. Belongs to the writer.
final class Consolidation {
    private final Graph graph;
    private final DenseVectors vectors;
    private final IntPredicate stays;
    private final LinkChooser chooser;
    private final VisitedSet seen;
    private final int[] row;
    private final int[] other;

    /// @param stays which nodes are not deleted; the entry always does
    Consolidation(Graph graph, DenseVectors vectors, IntPredicate stays) {
        this.graph = graph;
        this.vectors = vectors;
        this.stays = stays;
        this.chooser = new LinkChooser(vectors, graph.degree(), graph.degree() * (graph.degree() + 1));
        this.seen = new VisitedSet(graph.size());
        this.row = new int[graph.degree()];
        this.other = new int[graph.degree()];
    }

    /// Returns how many nodes had to be hung in.
    int run() {
        for (int slot = 0; slot < graph.header.upperNodes(); slot++) {
            if (stays.test(graph.upperOrdinal(slot))) {
                for (int level = 1; level <= graph.level(slot); level++) {
                    mendUpper(slot, level);
                }
            }
        }
        for (int node = 0; node < graph.size(); node++) {
            if (stays.test(node)) {
                mend(node);
            }
        }
        return new Connector(graph, vectors, BuildControl.NONE, stays).connect();
    }

    private void mend(int node) {
        graph.links(node, row);
        int own = Graph.count(row, row.length);
        if (allStay(own)) {
            return;
        }
        int[] target = chooser.ordinals();
        seen.clear();
        seen.add(node);
        int n = 0;
        for (int i = 0; i < own; i++) {
            if (stays.test(row[i]) && seen.add(row[i])) {
                target[n++] = row[i];
            }
        }
        for (int i = 0; i < own; i++) {
            if (!stays.test(row[i])) {
                graph.links(row[i], other);
                for (int j = 0; j < other.length && other[j] != Graph.NONE; j++) {
                    if (stays.test(other[j]) && seen.add(other[j])) {
                        target[n++] = other[j];
                    }
                }
            }
        }
        int links = chooser.chooseFull(node, n, graph.degree());
        graph.setLinks(node, row, fill(own, chooser.chosen(), links));
    }

    /// The links in [#row] that stay, and as many of the chosen ones as were lost: choosing the whole row anew would thin it.
    private int fill(int own, int[] chosen, int links) {
        int n = 0;
        for (int i = 0; i < own; i++) {
            if (stays.test(row[i])) {
                row[n++] = row[i];
            }
        }
        int survivors = n;
        for (int i = 0; i < links && n < own; i++) {
            boolean known = false;
            for (int j = 0; j < survivors; j++) {
                known |= row[j] == chosen[i];
            }
            if (!known) {
                row[n++] = chosen[i];
            }
        }
        return n;
    }

    private boolean allStay(int count) {
        for (int i = 0; i < count; i++) {
            if (!stays.test(row[i])) {
                return false;
            }
        }
        return true;
    }

    private void mendUpper(int slot, int level) {
        graph.upperLinks(slot, level, row);
        int own = Graph.count(row, graph.m());
        int[] target = chooser.ordinals();
        seen.clear();
        seen.add(slot);
        int n = 0;
        boolean whole = true;
        for (int i = 0; i < own; i++) {
            whole &= stays.test(graph.upperOrdinal(row[i]));
            n = takeUpper(row[i], target, n);
        }
        if (whole && own > 0) {
            return;
        }
        for (int i = 0; i < own; i++) {
            if (!stays.test(graph.upperOrdinal(row[i]))) {
                graph.upperLinks(row[i], level, other);
                for (int j = 0; j < graph.m() && other[j] != Graph.NONE; j++) {
                    n = takeUpper(other[j], target, n);
                }
            }
        }
        for (int i = 0; n == 0 && i < graph.header.upperNodes(); i++) { // all gone: anybody of the level will do
            n = graph.level(i) >= level ? takeUpper(i, target, n) : n;
        }
        int links = chooser.choose(graph.upperOrdinal(slot), n, graph.m());
        int[] slots = chooser.chosen();
        for (int i = 0; i < links; i++) {
            slots[i] = graph.slotOf(slots[i]);
        }
        graph.setUpperLinks(slot, level, slots, links);
    }

    private int takeUpper(int slot, int[] target, int n) {
        int ordinal = graph.upperOrdinal(slot);
        if (stays.test(ordinal) && seen.add(slot)) {
            target[n] = ordinal;
            return n + 1;
        }
        return n;
    }
}
