package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.VectorSource;
import org.jspecify.annotations.Nullable;

/// Builds a graph: links by rounds over raw vectors ([BulkBuilder]) or by walks over anything else ([WalkInserter]), then
/// hangs in what cannot be reached, then codes the rows.
final class GraphBuilder {
    private GraphBuilder() {}

    /// @param reuse rows of an earlier graph over some of the vectors, or null for none
    static Graph build(VectorSource vectors, HnswParameters parameters, @Nullable GraphReuse reuse, BuildControl control) {
        control.checkCancelled();
        Graph graph = GraphLayout.empty(vectors, GraphLayout.resolve(vectors, parameters), control.arena());
        long passes = (vectors instanceof DenseVectors ? BulkBuilder.STAGES : 1) + (graph.header.coded() ? 1 : 0);
        Progress progress = new Progress(control, passes * graph.size());
        if (graph.size() == 0) {
            return graph;
        }
        if (vectors instanceof DenseVectors raw) {
            if (graph.header.coded()) {
                NeighbourCodes.prepare(); // warm by the time the links are made
            }
            int[] order = BulkBuilder.link(raw, reuse, graph, new BulkBuilder.Watch(control, progress));
            new Connector(graph, vectors, control).connect();
            if (graph.header.coded()) {
                RowCoder.code(graph, raw, order, control, progress);
            }
            if (graph.header.withCodes()) {
                NodeCoder.code(graph, raw, order, control);
            }
        } else {
            insertAll(graph, vectors, control, progress);
            new Connector(graph, vectors, control).connect();
        }
        return graph;
    }

    /// The node of the highest level goes first and is the entry for ever; the others follow in the order of their ordinals.
    private static void insertAll(Graph graph, VectorSource vectors, BuildControl control, Progress progress) {
        WalkInserter inserter = new WalkInserter(graph, vectors, graph.header.parameters().efConstruction());
        int slot = 0;
        for (int ordinal = 0; ordinal < graph.size(); ordinal++) {
            boolean upper = slot < graph.header.upperNodes() && graph.upperOrdinal(slot) == ordinal;
            if (ordinal != graph.header.entryOrdinal()) {
                inserter.insert(ordinal, upper ? slot : -1);
            }
            slot += upper ? 1 : 0;
            control.checkCancelled();
            progress.add(1);
        }
    }
}
