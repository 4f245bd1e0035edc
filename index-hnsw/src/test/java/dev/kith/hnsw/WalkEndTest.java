package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static java.util.Objects.requireNonNull;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WalkEndTest {
    private static final int COUNT = 6_000;
    private static final int DIMENSION = 128;

    @BeforeAll
    static void warm() throws InterruptedException {
        VectorKernels.awaitWarm();
    }

    /// Ratios of distances below zero mean nothing, and a low effort has no time to learn.
    @Test
    void onlyWalksThatCanBeJudgedAreEnded() {
        assertNull(WalkEnd.ofEstimates(Metric.INNER_PRODUCT, 10, 1000));
        assertNull(WalkEnd.ofEstimates(Metric.COSINE, 10, 100));
        assertNotNull(WalkEnd.ofEstimates(Metric.COSINE, 10, 110));
        assertNotNull(WalkEnd.ofEstimates(Metric.SQUARED_L2, 1, 110));
        assertNull(WalkEnd.ofEstimates(Metric.SQUARED_L2, 100, 1000));
        assertNull(WalkEnd.ofDistances(Metric.INNER_PRODUCT, 10, 1000, true));
        assertNull(WalkEnd.ofDistances(Metric.COSINE, 20, 20, true));
        assertNotNull(WalkEnd.ofDistances(Metric.COSINE, 20, 21, false));
    }

    @Test
    void thereIsNoLimitBeforeEnoughWasVisited() {
        for (int k : new int[]{1, 10, 37}) {
            int ef = 12 * Math.max(10, k);
            aLimitComesAfter(2 * ef / 3, k, requireNonNull(WalkEnd.ofEstimates(Metric.SQUARED_L2, k, ef)));
            aLimitComesAfter(ef / 3, k, requireNonNull(WalkEnd.ofDistances(Metric.SQUARED_L2, k, ef, true)));
            aLimitComesAfter(2 * ef / 3, k, requireNonNull(WalkEnd.ofDistances(Metric.SQUARED_L2, k, ef, false)));
        }
    }

    private static void aLimitComesAfter(int least, int k, WalkEnd end) {
        for (int i = 0; i < least; i++) {
            assertEquals(Float.POSITIVE_INFINITY, end.limit(), "k " + k + " after " + i);
            end.visited(1 + i, i);
        }
        int answers = Math.max(10, k);
        assertTrue(end.limit() > answers && end.limit() < 1.2f * answers, "k " + k + ": " + end.limit());
    }

    @Test
    void aPoolForgetsWhatIsBeyondALimitAndKeepsTheRestInOrder() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            CandidatePool pool = new CandidatePool(4);
            pool.reset(30);
            for (int i = 0; i < 60; i++) {
                pool.insert(random.nextInt(1000), i);
                if (random.nextInt(4) == 0 && pool.hasNext()) {
                    pool.expandNext();
                }
            }
            long[] before = new long[pool.size()];
            for (int i = 0; i < before.length; i++) {
                before[i] = pool.key(i);
            }
            float limit = random.nextInt(1000);
            long[] expected = Arrays.stream(before).filter(key -> TopK.distance(key) <= limit).toArray();
            pool.trim(limit);
            pool.grow(45);
            assertEquals(expected.length, pool.size(), "seed " + seed);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], pool.key(i), "seed " + seed);
            }
            while (pool.hasNext()) {
                assertTrue(TopK.distance(TopK.key(0, pool.expandNext())) <= limit);
            }
            for (int i = 0; i < 60; i++) {
                pool.insert(random.nextInt(1000), 100 + i);
            }
            assertEquals(45, pool.size(), "seed " + seed);
        }
    }

    /// Some queries lie in dense clusters, others between all of them: whatever the data does, the effort stays within bounds,
    /// and it is not the hard ones that pay.
    @Test
    void effortGoesWhereItIsNeededAndStaysInItsBounds() {
        float[][] rows = mixed(COUNT + 60);
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, Arrays.copyOf(rows, COUNT));
        for (NodeRows kind : new NodeRows[]{NodeRows.CODED, NodeRows.COMPACT, NodeRows.LINKS}) {
            HnswIndex index = HnswIndex.build(vectors, new HnswParameters(8, 60, 3, kind), BuildControl.NONE.withThreads(2));
            effortGoesWhereItIsNeeded(index, vectors, rows, kind == NodeRows.CODED ? 1 : 16);
        }
    }

    /// @param each distances of a visit
    private static void effortGoesWhereItIsNeeded(HnswIndex index, DenseVectors vectors, float[][] rows, int each) {
        int ef = 200;
        double recall = 0;
        long[] scored = new long[60];
        for (int q = 0; q < 60; q++) {
            TopK top = new TopK(10);
            scored[q] = index.search(vectors.scorer(rows[COUNT + q]), 10, ef, null, top);
            assertTrue(scored[q] >= 20 && scored[q] <= each * (2 * ef + 40), "query " + q + " scored " + scored[q]);
            recall += TestVectors.recall(TestVectors.exact(vectors, rows[COUNT + q], 10, AcceptOrdinals.all(COUNT)),
                    top.toSortedKeys()) / 60;
        }
        assertTrue(recall >= 0.95, "recall " + recall);
        long max = Arrays.stream(scored).max().orElseThrow();
        long min = Arrays.stream(scored).min().orElseThrow();
        assertTrue(max >= 1.2 * min, "all queries took the same effort: " + min + " to " + max);
    }

    /// Half the rows in tight clusters, half spread out; queries of both kinds.
    private static float[][] mixed(int count) {
        Random random = new Random(11);
        float[][] centres = TestVectors.gaussian(30, DIMENSION, 1f, random);
        float[][] rows = TestVectors.gaussian(count, DIMENSION, 1f, random);
        for (int r = 0; r < count; r += 2) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < DIMENSION; i++) {
                rows[r][i] = centre[i] + rows[r][i] * (i < 12 ? 0.5f : 0.05f);
            }
        }
        return rows;
    }
}
