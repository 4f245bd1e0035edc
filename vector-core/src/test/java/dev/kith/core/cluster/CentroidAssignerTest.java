package dev.kith.core.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.batch.BatchScorers;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CentroidAssignerTest {
    /// Answers as the CPU does, and counts.
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

    @Test
    void aBatchScorerGivesTheTablesAnswer() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 40; round++) {
            int count = 1 + random.nextInt(200);
            int dimension = 1 + random.nextInt(60);
            int points = 1 + random.nextInt(90);
            int k = 1 + random.nextInt(Math.min(count, 5));
            float[] centroids = integers(random, count * dimension);
            float[] rows = integers(random, points * dimension);
            int[] expected = new int[points * k];
            int[] actual = new int[points * k];
            float[] expectedDistances = new float[points * k];
            float[] actualDistances = new float[points * k];
            Elsewhere elsewhere = new Elsewhere();
            new CentroidTable(centroids, count, dimension).nearest(rows, points, k, expected, expectedDistances);
            new CentroidAssigner(centroids, count, dimension, elsewhere).nearest(rows, points, k, actual, actualDistances);
            assertEquals(1, elsewhere.calls);
            assertArrayEquals(expected, actual, "round " + round);
            assertArrayEquals(expectedDistances, actualDistances, "round " + round);
        }
    }

    /// Small integers: sums are exact, ties are many.
    private static float[] integers(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(7) - 3;
        }
        return values;
    }

    @Test
    void trainingWithABatchScorerIsAsGood() {
        SplittableRandom random = new SplittableRandom(4);
        int dimension = 12;
        float[] points = ClusterTest.gaussian(random, 4000 * dimension);
        Elsewhere elsewhere = new Elsewhere();
        float[] own = HierarchicalKMeans.train(points, 4000, dimension, 90, KMeansParameters.DEFAULTS, BuildControl.NONE);
        float[] other = HierarchicalKMeans.train(points, 4000, dimension, 90, KMeansParameters.DEFAULTS,
                BuildControl.NONE.withBatchScorer(elsewhere));
        assertTrue(elsewhere.calls > 10, "calls " + elsewhere.calls);
        assertEquals(distortion(own, points, dimension), distortion(other, points, dimension),
                0.01 * distortion(own, points, dimension));
    }

    private static double distortion(float[] centroids, float[] points, int dimension) {
        int count = points.length / dimension;
        float[] distances = new float[count];
        new CentroidTable(centroids, centroids.length / dimension, dimension).nearest(points, count, new int[count], distances);
        double sum = 0;
        for (float distance : distances) {
            sum += distance;
        }
        return sum;
    }

    @Test
    void pointsThatAreNotFiniteAreRefusedEitherWay() {
        float[] centroids = {0, 0, 1, 1};
        float[] points = {0, 0, Float.NaN, 1, 1, 1};
        for (BatchScorer scorer : new BatchScorer[]{null, new Elsewhere()}) {
            var assigner = new CentroidAssigner(centroids, 2, 2, scorer);
            assertThrows(IllegalArgumentException.class, () -> assigner.nearest(points, 3, 1, new int[3], new float[3]));
        }
    }

    @Test
    void theCpuChooserKeepsTheTable() {
        float[] centroids = {0, 0, 1, 1};
        var assigner = new CentroidAssigner(centroids, 2, 2, BatchScorers.cpu());
        int[] nearest = new int[1];
        assigner.nearest(new float[]{0.9f, 0.8f}, 1, 1, nearest, new float[1]);
        assertEquals(1, nearest[0]);
        assertTrue(assigner.slice(1000) >= DotTiles.POINTS);
    }
}
