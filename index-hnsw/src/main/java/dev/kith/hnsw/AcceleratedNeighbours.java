package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.TopK;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.batch.BatchShape;
import org.jspecify.annotations.Nullable;

/// Finds neighbours by exact search over everything, where an accelerator does that sooner than the CPU searches lists. The
/// candidates are those the lists would give without their errors, so the graph is the same kind of graph.
final class AcceleratedNeighbours implements NeighbourFinder {
    /// Seconds the CPU takes to find the neighbours of a node in lists, for each component. Measured on 116,633 embeddings of
    /// dimension 384: 40 microseconds a node.
    private static final double LIST_SECONDS_PER_COMPONENT = 1e-7;

    private final DenseVectors vectors;
    private final int[] members;
    private final BatchScorer scorer;
    private final AcceptOrdinals accept;
    private final int k;
    private final float[] row;
    private long[][] keys = {};

    /// @param accept the nodes that may be found, as many as `members`
    AcceleratedNeighbours(DenseVectors vectors, int[] members, BatchScorer scorer, AcceptOrdinals accept, int k) {
        this.vectors = vectors;
        this.members = members;
        this.scorer = scorer;
        this.accept = accept;
        this.k = k;
        this.row = new float[vectors.dimension()];
    }

    /// Whether `scorer` is somebody to ask about that many points.
    static boolean pays(@Nullable BatchScorer scorer, DenseVectors vectors, int points, int k) {
        int slice = Math.min(SLICE, points);
        var shape = new BatchShape(slice, points, vectors.dimension(), k, vectors.encoding());
        return BatchScorers.offloadedSeconds(scorer, shape) < slice * LIST_SECONDS_PER_COMPONENT * vectors.dimension();
    }

    @Override
    public void find(int[] places, int count) {
        float[] queries = new float[Math.multiplyExact(count, row.length)];
        for (int i = 0; i < count; i++) {
            vectors.copyRow(members[places[i]], row);
            System.arraycopy(row, 0, queries, i * row.length, row.length);
        }
        keys = scorer.nearest(vectors, queries, count, k, accept);
    }

    @Override
    public int take(int i, int[] found) {
        int n = 0;
        for (long key : keys[i]) {
            found[n++] = TopK.ordinal(key);
        }
        return n;
    }
}
