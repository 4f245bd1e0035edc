package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.ivfpq.RerankRows.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

/// Rounding that shows in the answers: wrong distances, answers lost, filtered rows answered, vectors read that nobody needs.
class RoundedListsTest {
    private static final int DIMENSION = 48;
    private static final int COUNT = 3000;
    private static final int K = 10;

    private static RerankRows rows(DenseVectors vectors, Kind kind) throws Exception {
        MemorySink sink = new MemorySink(RerankRows.bytesOf(vectors, kind));
        RerankRows.write(vectors, kind, sink);
        return RerankRows.open(sink.memory());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void answersAreThoseOfTheVectorsAndSoAreTheirDistances(Metric metric) throws Exception {
        DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(3, COUNT, DIMENSION), DIMENSION);
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withNlist(24), BuildControl.NONE);
        AcceptOrdinals[] accepts = {null, third(), few()};
        for (Kind kind : Kind.values()) {
            RoundedLists lists = new RoundedLists(index, rows(vectors, kind));
            for (AcceptOrdinals accept : accepts) {
                double recall = 0;
                float[][] queries = TestRows.rows(4, 25, DIMENSION);
                for (float[] query : queries) {
                    TopK found = new TopK(K);
                    SearchStats stats = lists.nearest(query, vectors.scorer(query), SearchEffort.of(24, 500), accept,
                            Float.POSITIVE_INFINITY, found);
                    recall += TestRows.recall(TestRows.exact(vectors, query, K, accept), found);
                    assertTrue(stats.exact() <= RoundedLists.exactFor(K), "read " + stats.exact() + " vectors");
                    assertTrue(stats.refined() >= stats.exact(), "ranked " + stats.refined());
                    float[] exact = new float[1];
                    for (long key : found.toSortedKeys()) {
                        assertTrue(accept == null || accept.accepts(TopK.ordinal(key)));
                        vectors.scorer(query).score(new int[]{TopK.ordinal(key)}, 1, exact);
                        assertEquals(exact[0], TopK.distance(key), 1e-5f * (1 + Math.abs(exact[0])));
                    }
                }
                assertTrue(recall / 25 > 0.995, metric + " " + kind + ": recall " + recall / 25);
            }
        }
    }

    private static AcceptOrdinals third() {
        long[] words = new long[(COUNT + 63) / 64];
        for (int o = 0; o < COUNT; o += 3) {
            words[o >> 6] |= 1L << o;
        }
        return AcceptOrdinals.of(words, COUNT);
    }

    /// So few that they are scored without visiting lists.
    private static AcceptOrdinals few() {
        long[] words = new long[(COUNT + 63) / 64];
        for (int o = 0; o < COUNT; o += 150) {
            words[o >> 6] |= 1L << o;
        }
        return AcceptOrdinals.of(words, COUNT);
    }

    @Test
    void rowsOfOtherVectorsAreRefused() throws Exception {
        DenseVectors vectors = TestRows.vectors(Metric.COSINE, TestRows.rows(1, 200, 8), 8);
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withNlist(2), BuildControl.NONE);
        for (DenseVectors other : new DenseVectors[]{TestRows.vectors(Metric.COSINE, TestRows.rows(1, 199, 8), 8),
                TestRows.vectors(Metric.COSINE, TestRows.rows(1, 200, 9), 9),
                TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 200, 8), 8)}) {
            RerankRows rows = rows(other, Kind.INT8);
            assertThrows(IllegalArgumentException.class, () -> new RoundedLists(index, rows));
        }
    }

    @Test
    void anAnswerOfEverythingFits() throws Exception {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 200, 8), 8);
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withNlist(2), BuildControl.NONE);
        RoundedLists lists = new RoundedLists(index, rows(vectors, Kind.BF16));
        float[] query = TestRows.rows(2, 1, 8)[0];
        for (int k : new int[]{1, 200, 300}) {
            TopK found = new TopK(k);
            lists.nearest(query, vectors.scorer(query), SearchEffort.of(2, 200), null, Float.POSITIVE_INFINITY, found);
            assertEquals(Math.min(k, 200), found.size());
        }
    }
}
