package dev.kith.hnsw;

import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.util.Arrays;

/// Inserts nodes one after the other, each by a walk to its neighbours (Malkov & Yashunin, algorithm 1): what a graph over codes
/// is built by, and how a graph grows that is in use. Belongs to one thread.
final class WalkInserter {
    private final PairScorer scorer;
    private final PairScorer rowScorer;
    private final int efConstruction;
    private final Graph graph;
    private final SearchScratch scratch;
    private final NeighbourSelector selector;
    private final int[] chosen;
    private final int[] row;
    private final float[] rowDistances;
    private final long[] rowKeys;
    private final long[] candidates;

    WalkInserter(Graph graph, VectorSource vectors, int efConstruction) {
        this.scorer = vectors.pairScorer();
        this.rowScorer = vectors.pairScorer();
        this.efConstruction = efConstruction;
        this.graph = graph;
        this.scratch = new SearchScratch(vectors.size(), graph.degree());
        this.selector = new NeighbourSelector(vectors);
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
            int count = takeCandidates(slot);
            entrySlot = count > 0 ? TopK.ordinal(candidates[0]) : entrySlot;
            linkUpper(slot, l, count);
        }
        int entry = entrySlot < 0 ? graph.header.entryOrdinal() : graph.upperOrdinal(entrySlot);
        GraphSearch.searchLevel0(graph, scorer, entry, efConstruction, scratch);
        link(ordinal, takeCandidates(ordinal));
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

    /// Copies the pool to the candidates without the node itself, which is not linked yet but may be the entry.
    private int takeCandidates(int self) {
        int n = 0;
        for (int i = 0; i < scratch.pool.size(); i++) {
            long key = scratch.pool.key(i);
            if (TopK.ordinal(key) != self) {
                candidates[n++] = key;
            }
        }
        return n;
    }

    private void link(int ordinal, int count) {
        int n = selector.select(candidates, count, graph.m(), chosen);
        int[] links = Arrays.copyOf(chosen, graph.degree());
        graph.setLinks(ordinal, links, n);
        for (int i = 0; i < n; i++) {
            linkBack(links[i], ordinal);
        }
    }

    /// Adds `ordinal` to the links of `node`; a full row is chosen anew.
    private void linkBack(int node, int ordinal) {
        graph.links(node, row);
        int n = Graph.count(row, graph.degree());
        row[n++] = ordinal;
        if (n > graph.degree()) {
            n = reselect(node, row, n, graph.degree());
        }
        graph.setLinks(node, row, n);
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
