package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.AcceleratorProvider;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.cluster.HierarchicalKMeans;
import dev.kith.core.cluster.KMeansParameters;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a build sends to a device comes back as from the CPU's exact search.
class GpuBuildTest {
    @Test
    void kMeansTrainsTheSameCentroidsOnADevice() {
        CudaDouble.reset(1, 1L << 30, 13000, 0);
        int dimension = 11;
        float[] points = Samples.values(new Random(6), 1500 * dimension);
        float[] expected = train(points, dimension, new BatchScorer() {
            @Override
            public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
                return BatchScorers.cpu().nearest(vectors, queries, queryCount, k, accept);
            }

            @Override
            public String name() {
                return "exact";
            }
        });
        GpuBatchScorer device = CudaDouble.open(CudaDouble.options());
        AcceleratorProvider provider = new AcceleratorProvider() {
            @Override
            public String name() {
                return "double";
            }

            @Override
            public Found open(AcceleratorOptions options) {
                return new Found.Usable(device);
            }
        };
        try (BatchScorers scorers = BatchScorers.open(AcceleratorOptions.REQUIRED, List.of(provider))) {
            assertArrayEquals(expected, train(points, dimension, scorers));
            assertTrue(scorers.statistics().acceleratorCalls() > 10, scorers.statistics().toString());
        }
        CudaDouble.assertClean("k-means");
    }

    private static float[] train(float[] points, int dimension, BatchScorer scorer) {
        return HierarchicalKMeans.train(points, points.length / dimension, dimension, 80, KMeansParameters.DEFAULTS,
                BuildControl.NONE.withBatchScorer(scorer));
    }
}
