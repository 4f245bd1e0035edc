package dev.kith.hnsw;

import dev.kith.core.NodeEstimator;
import dev.kith.core.Scorer;
import java.util.Objects;

/// Estimated distances of nodes to the query of a [NodeEstimator], from the nodes' own codes: what a walk over links scores
/// instead of vectors.
final class CodeScorer implements Scorer {
    private final Graph graph;
    private final NodeEstimator estimator;
    private final long first;
    private final long stride;

    CodeScorer(Graph graph, NodeEstimator estimator) {
        this.graph = graph;
        this.estimator = estimator;
        this.first = graph.header.nodeCodesOffset();
        this.stride = graph.header.nodeCodesStride();
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        estimator.distances(graph.bytes, first, stride, ordinals, count, distances);
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        Objects.checkFromIndexSize(firstOrdinal, count, size());
        for (int i = 0; i < count; i++) {
            distances[i] = estimator.distance(graph.bytes, first + stride * (firstOrdinal + i));
        }
    }

    @Override
    public int size() {
        return graph.size();
    }
}
