package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Searches whose accept set lies away from the query, judged by exact search.
class FilteredWalkTest {
    private static final int QUERIES = 40;
    private static final int K = 10;

    @BeforeAll
    static void warm() throws InterruptedException {
        VectorKernels.awaitWarm();
    }

    /// Everything but what is nearest to the query is accepted, so that ten of thousands that are nearly as far are to be found. Walks come to
    /// different ends there, and signs put most of them in a wrong order.
    @ParameterizedTest
    @CsvSource({"SQUARED_L2, CODED", "INNER_PRODUCT, CODED", "COSINE, CODED", "SQUARED_L2, COMPACT", "COSINE, COMPACT",
            "SQUARED_L2, LINKS"})
    void whatIsLeftMayBeAllAboutEquallyFar(Metric metric, NodeRows kind) {
        int count = 12_000;
        float[][] all = smooth(count + QUERIES, 96);
        DenseVectors vectors = TestVectors.dense(metric, VectorEncoding.FLOAT32, Arrays.copyOf(all, count));
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(16, 60, 1, kind), BuildControl.NONE.withThreads(2));
        for (double share : new double[]{0.9, 0.6, 0.3}) {
            double recall = 0;
            for (int q = 0; q < QUERIES; q++) {
                float[] query = all[count + q];
                long[] order = TestVectors.exact(vectors, query, count, AcceptOrdinals.all(count));
                AcceptOrdinals accept = farthest(order, share);
                TopK top = new TopK(K);
                index.search(vectors.scorer(query), K, 30, accept, top);
                recall += recall(vectors, query, accept, top) / QUERIES;
            }
            assertTrue(recall > 0.6, kind + ", " + metric + ", " + share + " accepted: recall " + recall);
        }
    }

    /// What is farthest from one row is accepted; queries are that row and others near it.
    @ParameterizedTest
    @EnumSource(Metric.class)
    void aRegionAwayFromTheQueryIsWalkedAndNotScanned(Metric metric) {
        int count = 20_000;
        float[][] all = smooth(count + 20 * QUERIES, 96);
        DenseVectors vectors = TestVectors.dense(metric, VectorEncoding.FLOAT32, Arrays.copyOf(all, count));
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(16, 60, 1, NodeRows.CODED),
                BuildControl.NONE.withThreads(2));
        long[] fromCorner = TestVectors.exact(vectors, all[count], count, AcceptOrdinals.all(count));
        AcceptOrdinals accept = farthest(fromCorner, 0.6);
        double recall = 0;
        long scored = 0;
        for (int q = 0; q < QUERIES; q++) {
            float[] query = all[TopK.ordinal(fromCorner[20 * q])];
            TopK top = new TopK(K);
            scored += index.search(vectors.scorer(query), K, 20, accept, top);
            recall += recall(vectors, query, accept, top) / QUERIES;
        }
        assertTrue(recall > 0.85, metric + ": recall " + recall);
        assertTrue(scored / QUERIES < accept.cardinality() / 4, metric + ": scored " + scored / QUERIES);
    }

    /// Rows of few degrees of freedom, as pictures are: what is near in them is near in all directions that matter.
    private static float[][] smooth(int count, int dimension) {
        Random random = new Random(11);
        float[][] axes = TestVectors.gaussian(8, dimension, 1, random);
        float[][] rows = TestVectors.gaussian(count, dimension, 0.1f, random);
        for (float[] row : rows) {
            for (float[] axis : axes) {
                float along = (float) random.nextGaussian();
                for (int i = 0; i < dimension; i++) {
                    row[i] += along * axis[i];
                }
            }
        }
        return rows;
    }

    private static AcceptOrdinals farthest(long[] order, double share) {
        long[] words = new long[(order.length + 63) / 64];
        for (int i = (int) Math.round(order.length * (1 - share)); i < order.length; i++) {
            words[TopK.ordinal(order[i]) >> 6] |= 1L << TopK.ordinal(order[i]);
        }
        return AcceptOrdinals.of(words, order.length);
    }

    private static double recall(DenseVectors vectors, float[] query, AcceptOrdinals accept, TopK top) {
        long[] found = top.toSortedKeys();
        long[] exact = TestVectors.exact(vectors, query, K, accept);
        assertEquals(exact.length, found.length);
        assertTrue(Arrays.stream(found).allMatch(key -> accept.accepts(TopK.ordinal(key))));
        return TestVectors.recall(exact, found);
    }

    /// Many regions, every other one of which is accepted: the query's own never is.
    @Test
    void whatIsAcceptedMayLieInManyPlaces() {
        int clusters = 60;
        int each = 200;
        int dimension = 96;
        Random random = new Random(5);
        float[][] centres = TestVectors.gaussian(clusters, dimension, 1, random);
        float[][] rows = new float[clusters * each][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = near(centres[i % clusters], random);
        }
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(16, 60, 1, NodeRows.CODED),
                BuildControl.NONE.withThreads(2));
        AcceptOrdinals accept = accept(rows.length, i -> i % clusters % 2 == 1);
        double recall = 0;
        for (int q = 0; q < QUERIES; q++) {
            float[] query = near(centres[2 * (q % (clusters / 2))], random);
            TopK top = new TopK(K);
            index.search(vectors.scorer(query), K, 40, accept, top);
            recall += recall(vectors, query, accept, top) / QUERIES;
        }
        assertTrue(recall > 0.9, "recall " + recall);
    }

    private static float[] near(float[] centre, Random random) {
        float[] v = centre.clone();
        for (int i = 0; i < v.length; i++) {
            v[i] += 0.4f * (float) random.nextGaussian();
        }
        return v;
    }

    private static AcceptOrdinals accept(int size, IntPredicate accepted) {
        long[] words = new long[(size + 63) / 64];
        for (int i = 0; i < size; i++) {
            words[i >> 6] |= accepted.test(i) ? 1L << i : 0;
        }
        return AcceptOrdinals.of(words, size);
    }
}
