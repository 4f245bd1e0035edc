package dev.kith.hnsw;

import dev.kith.core.Scorer;
import dev.kith.core.SignEstimator;
import java.util.Objects;

/// Estimated distances of nodes to a query from the signs of the nodes, for scans.
final class SignScorer implements Scorer {
    private final Graph graph;
    private final SignEstimator estimator;
    private final long first;
    private final int[] range = new int[GraphSearch.SCAN_BATCH];

    SignScorer(Graph graph, SignEstimator estimator) {
        this.graph = graph;
        this.estimator = estimator;
        this.first = graph.header.signsOffset();
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        estimator.distances(graph.bytes, first, ordinals, count, distances);
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        Objects.checkFromIndexSize(firstOrdinal, count, Math.min(size(), firstOrdinal + range.length));
        for (int i = 0; i < count; i++) {
            range[i] = firstOrdinal + i;
        }
        score(range, count, distances);
    }

    @Override
    public int size() {
        return graph.size();
    }
}
