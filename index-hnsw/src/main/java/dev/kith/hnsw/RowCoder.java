package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.NeighbourCodes;

/// Writes the coded rows of a finished graph. A row has room for `2 * m` neighbours and costs the same however many it holds;
/// places that the links leave free are filled with the nearest neighbours of neighbours.
final class RowCoder {
    private static final int BLOCK = 256;
    /// Neighbours whose own neighbours are looked at to fill a row.
    private static final int FILL_FROM = 6;

    private RowCoder() {}

    /// @param order the ordinals; nodes near each other, one after the other, are coded several times faster
    static void code(Graph graph, DenseVectors vectors, int[] order, BuildControl control, Progress progress) {
        NeighbourCodes codes = graph.header.codes();
        Workers.run((order.length + BLOCK - 1) / BLOCK, control, () -> {
            NeighbourCodes.Encoder encoder = codes.encoder(vectors);
            GraphFiller filler = new GraphFiller(graph, vectors, FILL_FROM);
            int[] row = new int[graph.degree()];
            return block -> {
                for (int i = block * BLOCK; i < Math.min(order.length, (block + 1) * BLOCK); i++) {
                    int ordinal = order[i];
                    graph.links(ordinal, row);
                    int count = filler.fill(ordinal, row, Graph.count(row, graph.degree()));
                    encoder.encode(ordinal, row, count, graph.bytes, graph.header.codesOffset() + codes.rowBytes() * ordinal);
                }
                progress.add(Math.min(BLOCK, order.length - block * BLOCK));
            };
        });
    }
}
