package dev.kith.hnsw;

import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Inserts nodes one after the other, each by a walk to its neighbours (Malkov & Yashunin, algorithm 1): what a graph over codes
/// is built by, and how a graph grows that is in use. Belongs to one thread.
final class WalkInserter {
    private final PairScorer scorer;
    private final PairScorer rowScorer;
    private final int efConstruction;
    private final IntPredicate linkable;
    private final Graph graph;
    private final SearchScratch scratch;
    private final NeighbourSelector selector;
    private final LinkChooser chooser;
    private final int[] before;
    private final int[] chosen;
    private final int[] row;
    private final float[] rowDistances;
    private final long[] rowKeys;
    private final long[] candidates;

    WalkInserter(Graph graph, VectorSource vectors, int efConstruction) {
        this(graph, vectors, efConstruction, _ -> true);
    }

    /// @param linkable which nodes may be linked to, the entry among them; others are only walked over
    WalkInserter(Graph graph, VectorSource vectors, int efConstruction, IntPredicate linkable) {
        this.linkable = linkable;
        this.scorer = vectors.pairScorer();
        this.rowScorer = vectors.pairScorer();
        this.efConstruction = efConstruction;
        this.graph = graph;
        this.scratch = new SearchScratch(vectors.size(), graph.degree());
        this.selector = new NeighbourSelector(vectors);
        this.chooser = new LinkChooser(vectors, graph.degree(), graph.degree() + 1);
        this.before = new int[graph.degree() + 1];
        this.chosen = new int[graph.degree() + 1];
        this.row = new int[graph.degree() + 1];
        this.rowDistances = new float[graph.degree() + 1];
        this.rowKeys = new long[graph.degree() + 1];
        this.candidates = new long[efConstruction];
    }

    /// Links a node to those that are linked already.
    ///
    /// @param slot its slot among the upper nodes, or -1
    void insert(int ordinal, int slot) {
        scorer.query(ordinal);
        int level = slot < 0 ? 0 : graph.level(slot);
        int entrySlot = GraphSearch.descend(graph, scorer, level, scratch);
        for (int l = level; l >= 1; l--) {
            searchUpper(entrySlot, l);
            int count = takeCandidates(slot, true);
            entrySlot = count > 0 ? TopK.ordinal(candidates[0]) : entrySlot;
            linkUpper(slot, l, count);
        }
        int entry = entrySlot < 0 ? graph.header.entryOrdinal() : graph.upperOrdinal(entrySlot);
        GraphSearch.searchLevel0(graph, scorer, entry, efConstruction, scratch);
        link(ordinal, takeCandidates(ordinal, false));
    }

    /// Best-first search at one upper level; pool and candidates hold slots.
    private void searchUpper(int entrySlot, int level) {
        CandidatePool pool = scratch.pool;
        pool.reset(efConstruction);
        scratch.visited.clear();
        scratch.visited.add(entrySlot);
        scratch.batch[0] = graph.upperOrdinal(entrySlot);
        scorer.score(scratch.batch, 1, scratch.distances);
        pool.insert(scratch.distances[0], entrySlot);
        while (pool.hasNext()) {
            graph.upperLinks(pool.expandNext(), level, scratch.row);
            int n = 0;
            for (int i = 0; i < graph.m() && scratch.row[i] != Graph.NONE; i++) {
                if (scratch.visited.add(scratch.row[i])) {
                    scratch.batch[n] = graph.upperOrdinal(scratch.row[i]);
                    scratch.row[n++] = scratch.row[i];
                }
            }
            scorer.score(scratch.batch, n, scratch.distances);
            for (int i = 0; i < n; i++) {
                pool.insert(scratch.distances[i], scratch.row[i]);
            }
        }
    }

    /// Copies the pool to the candidates without what may not be linked to and the node itself, which may be the entry. Returns how
    /// many; the entry stands in where there is none.
    private int takeCandidates(int self, boolean slots) {
        int n = 0;
        for (int i = 0; i < scratch.pool.size(); i++) {
            long key = scratch.pool.key(i);
            int found = TopK.ordinal(key);
            if (found != self && linkable.test(slots ? graph.upperOrdinal(found) : found)) {
                candidates[n++] = key;
            }
        }
        if (n == 0 && !slots && graph.header.entryOrdinal() != self) {
            scratch.batch[0] = graph.header.entryOrdinal();
            scorer.score(scratch.batch, 1, scratch.distances);
            candidates[n++] = TopK.key(scratch.distances[0], scratch.batch[0]);
        }
        return n;
    }

    private void link(int ordinal, int count) {
        int n = selector.select(candidates, count, graph.m(), chosen);
        int[] links = Arrays.copyOf(chosen, graph.degree());
        graph.setLinks(ordinal, links, n);
        VarHandle.releaseFence(); // whoever sees a link to the node sees its vector and its row
        boolean linked = false;
        for (int i = 0; i < n; i++) {
            linked |= linkBack(links[i], ordinal);
        }
        if (!linked && n > 0) {
            hang(ordinal, count);
        }
    }

    /// Adds `ordinal` to the links of `node`; a full row is chosen anew. Returns whether it is among the links now.
    private boolean linkBack(int node, int ordinal) {
        graph.links(node, row);
        int n = Graph.count(row, graph.degree());
        for (int i = 0; i < n; i++) {
            if (row[i] == ordinal) {
                return true;
            }
        }
        if (n < graph.degree()) {
            row[n++] = ordinal;
            graph.setLinks(node, row, n);
            return true;
        }
        System.arraycopy(row, 0, before, 0, n);
        System.arraycopy(row, 0, chooser.ordinals(), 0, n);
        chooser.ordinals()[n] = ordinal;
        int links = chooser.chooseFull(node, n + 1, graph.degree());
        int[] kept = chooser.chosen().clone();
        graph.setLinks(node, chooser.chosen(), links);
        boolean linked = false;
        for (int i = 0; i < links; i++) {
            linked |= kept[i] == ordinal;
        }
        for (int i = 0; i < n; i++) {
            if (linkable.test(before[i])) {
                detour(kept, links, before[i]);
            }
        }
        return linked;
    }

    /// Keeps a node reachable that a row has lost: unless one of the links that were kept leads to it, the first with room does
    /// from now on.
    private void detour(int[] kept, int count, int lost) {
        int host = -1;
        int hostCount = 0;
        for (int i = 0; i < count; i++) {
            if (kept[i] == lost) {
                return;
            }
            graph.links(kept[i], row);
            int n = Graph.count(row, graph.degree());
            for (int j = 0; j < n; j++) {
                if (row[j] == lost) {
                    return;
                }
            }
            if (host < 0 && n < graph.degree()) {
                host = kept[i];
                hostCount = n;
            }
        }
        if (host >= 0) {
            graph.links(host, row);
            row[hostCount] = lost;
            graph.setLinks(host, row, hostCount + 1);
        }
    }

    /// Gives a node that no neighbour links back to a place with the nearest candidate that has room, or else the last place of
    /// the very nearest, whose lost link goes on from the node.
    private void hang(int ordinal, int count) {
        for (int i = 0; i < count; i++) {
            int host = TopK.ordinal(candidates[i]);
            graph.links(host, row);
            int n = Graph.count(row, graph.degree());
            if (n < graph.degree()) {
                row[n] = ordinal;
                graph.setLinks(host, row, n + 1);
                return;
            }
        }
        int host = TopK.ordinal(candidates[0]);
        graph.links(ordinal, before);
        int own = Math.min(Graph.count(before, graph.degree()), graph.degree() - 1);
        graph.links(host, row);
        int lost = row[graph.degree() - 1];
        boolean known = false;
        for (int i = 0; i < own; i++) {
            known |= before[i] == lost;
        }
        before[own] = lost;
        graph.setLinks(ordinal, before, known ? own : own + 1);
        row[graph.degree() - 1] = ordinal;
        graph.setLinks(host, row, graph.degree());
    }

    private void linkUpper(int slot, int level, int count) {
        for (int i = 0; i < count; i++) { // the heuristic compares vectors, which have ordinals
            candidates[i] = TopK.key(TopK.distance(candidates[i]), graph.upperOrdinal(TopK.ordinal(candidates[i])));
        }
        Arrays.sort(candidates, 0, count);
        int n = selector.select(candidates, count, graph.m(), chosen);
        int[] links = new int[graph.m()];
        for (int i = 0; i < n; i++) {
            links[i] = graph.slotOf(chosen[i]);
        }
        graph.setUpperLinks(slot, level, links, n);
        for (int i = 0; i < n; i++) {
            linkBackUpper(links[i], level, slot);
        }
    }

    private void linkBackUpper(int node, int level, int slot) {
        graph.upperLinks(node, level, row);
        int n = Graph.count(row, graph.m());
        for (int i = 0; i < n; i++) {
            if (row[i] == slot) {
                return;
            }
        }
        row[n++] = slot;
        if (n > graph.m()) {
            for (int i = 0; i < n; i++) {
                row[i] = graph.upperOrdinal(row[i]);
            }
            n = reselect(graph.upperOrdinal(node), row, n, graph.m());
            for (int i = 0; i < n; i++) {
                row[i] = graph.slotOf(row[i]);
            }
        }
        graph.setUpperLinks(node, level, row, n);
    }

    private int reselect(int node, int[] ordinals, int count, int max) {
        rowScorer.query(node);
        rowScorer.score(ordinals, count, rowDistances);
        for (int i = 0; i < count; i++) {
            rowKeys[i] = TopK.key(rowDistances[i], ordinals[i]);
        }
        Arrays.sort(rowKeys, 0, count);
        return selector.select(rowKeys, count, max, ordinals);
    }
}
