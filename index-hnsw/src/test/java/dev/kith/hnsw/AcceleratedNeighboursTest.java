package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.batch.BatchScorers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs whose candidates came from exact search in blocks, as an accelerator gives them.
class AcceleratedNeighboursTest {
    private static final class Elsewhere implements BatchScorer {
        private int calls;

        @Override
        public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
            calls++;
            return BatchScorers.cpu().nearest(vectors, queries, queryCount, k, accept);
        }

        @Override
        public String name() {
            return "elsewhere";
        }
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void theGraphIsAsGoodAsOneByLists(Metric metric) {
        float[][] rows = TestVectors.clustered(4000, 24, 9);
        DenseVectors vectors = TestVectors.dense(metric, VectorEncoding.FLOAT32, rows);
        HnswParameters parameters = new HnswParameters(12, 80, 7);
        Elsewhere elsewhere = new Elsewhere();
        HnswIndex listed = HnswIndex.build(vectors, parameters, BuildControl.NONE);
        HnswIndex blocked = HnswIndex.build(vectors, parameters, BuildControl.NONE.withBatchScorer(elsewhere));
        assertTrue(elsewhere.calls >= 4, "calls " + elsewhere.calls);
        GraphChecks.check(blocked.graph());
        double byLists = recall(listed, vectors);
        double byBlocks = recall(blocked, vectors);
        assertTrue(byBlocks >= byLists - 0.01, metric + ": by blocks " + byBlocks + ", by lists " + byLists);
    }

    private static double recall(HnswIndex index, DenseVectors vectors) {
        float[][] queries = TestVectors.clustered(4060, 24, 9);
        double recall = 0;
        for (int q = 4000; q < 4060; q++) {
            long[] exact = TestVectors.exact(vectors, queries[q], 10, AcceptOrdinals.all(vectors.size()));
            recall += TestVectors.recall(exact, TestVectors.search(index, vectors, queries[q], 10, 30, null)) / 60;
        }
        return recall;
    }

    @Test
    void anyCountFromNoneUp() {
        for (int count : new int[]{0, 1, 2, 3, 40, 1025}) {
            DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.INT8, TestVectors.clustered(count, 9, 2));
            HnswIndex index = HnswIndex.build(vectors, new HnswParameters(4, 20, 3),
                    BuildControl.NONE.withBatchScorer(new Elsewhere()));
            GraphChecks.check(index.graph());
        }
    }

    @Test
    void aScorerThatStaysOnTheCpuChangesNothing() {
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, TestVectors.clustered(600, 16, 3));
        HnswParameters parameters = new HnswParameters(8, 40, 5);
        byte[] plain = HnswIndex.build(vectors, parameters, BuildControl.NONE).graph().toBytes();
        byte[] offered = HnswIndex.build(vectors, parameters, BuildControl.NONE.withBatchScorer(BatchScorers.cpu())).graph()
                .toBytes();
        org.junit.jupiter.api.Assertions.assertArrayEquals(plain, offered);
    }
}
