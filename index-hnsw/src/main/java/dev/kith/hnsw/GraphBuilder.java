package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorSource;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Builds a graph by inserting one node after the other (Malkov & Yashunin, algorithm 1). The node of the highest level goes
/// first and is the entry for ever; the others follow in the order of their ordinals.
final class GraphBuilder {
    private final PairScorer scorer;
    private final PairScorer rowScorer;
    private final HnswParameters parameters;
    private final BuildControl control;
    private final Graph graph;
    private final SearchScratch scratch;
    private final NeighbourSelector selector;
    private final int[] chosen;
    private final int[] row;
    private final float[] rowDistances;
    private final long[] rowKeys;
    private final @Nullable BlockCandidates blocks;
    private long[] candidates;

    private GraphBuilder(VectorSource vectors, HnswParameters parameters, BuildControl control, Graph graph) {
        this.scorer = vectors.pairScorer();
        this.rowScorer = vectors.pairScorer();
        this.parameters = parameters;
        this.control = control;
        this.graph = graph;
        this.scratch = new SearchScratch(vectors.size(), graph.degree());
        this.selector = new NeighbourSelector(vectors);
        this.chosen = new int[graph.degree() + 1];
        this.row = new int[graph.degree() + 1];
        this.rowDistances = new float[graph.degree() + 1];
        this.rowKeys = new long[graph.degree() + 1];
        this.candidates = new long[parameters.efConstruction()];
        this.blocks = BlockCandidates.of(vectors, parameters, control.batchScorer(), graph.header.entryOrdinal());
    }

    static Graph build(VectorSource vectors, HnswParameters parameters, BuildControl control) {
        control.checkCancelled();
        Graph graph = layOut(vectors, resolve(vectors, parameters));
        GraphBuilder builder = new GraphBuilder(vectors, parameters, control, graph);
        builder.insertAll();
        new Connector(graph, vectors, control).connect();
        if (graph.header.coded() && vectors instanceof DenseVectors raw) {
            new RowCoder(graph, raw, control).code();
        }
        control.progress(graph.size(), graph.size());
        return graph;
    }

    private static HnswParameters resolve(VectorSource vectors, HnswParameters parameters) {
        boolean raw = vectors instanceof DenseVectors;
        return switch (parameters.rows()) {
            case LINKS -> parameters;
            case CODED -> {
                if (!raw) {
                    throw new IllegalArgumentException(
                            "CODED rows need raw vectors, not a " + vectors.getClass().getSimpleName());
                }
                yield parameters;
            }
            case BEST -> {
                boolean pays = raw && vectors.dimension() >= NodeRows.BEST_CODED_DIMENSION
                        && ((DenseVectors) vectors).encoding() == VectorEncoding.FLOAT32;
                yield parameters.withRows(pays ? NodeRows.CODED : NodeRows.LINKS);
            }
        };
    }

    /// Memory for all rows, empty, with the table of upper nodes filled.
    private static Graph layOut(VectorSource vectors, HnswParameters parameters) {
        int size = vectors.size();
        int upperNodes = 0;
        int upperRows = 0;
        int maxLevel = 0;
        int entryOrdinal = size == 0 ? -1 : 0;
        int entrySlot = -1;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int level = Levels.of(ordinal, parameters.m(), parameters.seed());
            if (level > maxLevel) {
                maxLevel = level;
                entryOrdinal = ordinal;
                entrySlot = upperNodes;
            }
            upperNodes += level > 0 ? 1 : 0;
            upperRows += level;
        }
        GraphHeader header = new GraphHeader(size, vectors.dimension(), vectors.metric(), parameters, entryOrdinal, entrySlot,
                maxLevel,
                upperNodes, upperRows, startOrdinal(vectors, parameters), Calibration.NONE);
        Arena arena = Arena.ofAuto();
        Graph graph = new Graph(header, arena.allocate(header.totalBytes(), 64));
        graph.bytes.asSlice(0, GraphHeader.BYTES).copyFrom(header.write(arena));
        graph.bytes.asSlice(header.rowsOffset(), header.rowBytes() * size).fill((byte) 0xff);
        graph.bytes.asSlice(header.upperRowsOffset(), 4L * parameters.m() * upperRows).fill((byte) 0xff);
        int slot = 0;
        int firstRow = 0;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int level = Levels.of(ordinal, parameters.m(), parameters.seed());
            if (level > 0) {
                graph.setUpperNode(slot++, ordinal, firstRow);
                firstRow += level;
            }
        }
        graph.setUpperNode(slot, Graph.NONE, firstRow);
        return graph;
    }

    /// The node nearest to the mean of a sample, if the nodes carry codes.
    private static int startOrdinal(VectorSource vectors, HnswParameters parameters) {
        return parameters.rows() == NodeRows.CODED && vectors.size() > 0 && vectors instanceof DenseVectors raw
                ? RowCoder.nearestToMean(raw)
                : -1;
    }

    private void insertAll() {
        int size = graph.size();
        int entry = graph.header.entryOrdinal();
        int slot = 0;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            boolean upper = slot < graph.header.upperNodes() && graph.upperOrdinal(slot) == ordinal;
            if (ordinal != entry) {
                insert(ordinal, upper ? slot : -1);
            }
            slot += upper ? 1 : 0;
            control.checkCancelled();
            if ((ordinal & 255) == 0) {
                control.progress(ordinal, size);
            }
        }
    }

    private void insert(int ordinal, int slot) {
        scorer.query(ordinal);
        int level = slot < 0 ? 0 : graph.level(slot);
        int entrySlot = GraphSearch.descend(graph, scorer, level, scratch);
        for (int l = level; l >= 1; l--) {
            searchUpper(entrySlot, l);
            int count = takeCandidates(slot);
            entrySlot = count > 0 ? TopK.ordinal(candidates[0]) : entrySlot;
            linkUpper(slot, l, count);
        }
        int known = blocks == null ? -1 : blocks.take(ordinal, candidates);
        if (known >= 0) {
            link(ordinal, known);
            return;
        }
        int entry = entrySlot < 0 ? graph.header.entryOrdinal() : graph.upperOrdinal(entrySlot);
        GraphSearch.searchLevel0(graph, scorer, entry, parameters.efConstruction(), scratch);
        link(ordinal, takeCandidates(ordinal));
    }

    /// Best-first search at one upper level; pool and candidates hold slots.
    private void searchUpper(int entrySlot, int level) {
        CandidatePool pool = scratch.pool;
        pool.reset(parameters.efConstruction());
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
