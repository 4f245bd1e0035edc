package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IvfPqIndexTest {
    private static final int DIMENSION = 40;
    private static final int K = 10;

    static Stream<Arguments> everyCodecAndMetric() {
        List<Arguments> all = new ArrayList<>();
        List<IvfCodec> codecs = List.of(new SignCodes(), new ProductCodes(20, 4, Turn.NONE), new ProductCodes(10, 8, Turn.RANDOM),
                new ProductCodes(13, 4, Turn.TRAINED));
        for (Metric metric : Metric.values()) {
            for (IvfCodec codec : codecs) {
                for (int refine : new int[]{0, 4, 8}) {
                    all.add(Arguments.of(metric, codec, refine, refine == 4 ? 1f : 0f));
                }
            }
        }
        return all.stream();
    }

    private static IvfPqParameters parameters(IvfCodec codec, int refine, float spill) {
        return new IvfPqParameters(24, codec, refine, spill, 64, 11);
    }

    @ParameterizedTest
    @MethodSource("everyCodecAndMetric")
    void exactSearchJudgesEveryCodecAndMetric(Metric metric, IvfCodec codec, int refine, float spill) throws Exception {
        DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(1, 2000, DIMENSION), DIMENSION);
        IvfPqIndex index = IvfPqIndex.build(vectors, parameters(codec, refine, spill), BuildControl.NONE);
        index.verify();
        float[][] queries = TestRows.rows(2, 25, DIMENSION);
        SearchEffort some = new SearchEffort(8, 200, 60, 0f, 1f);
        SearchEffort bounded = new SearchEffort(24, 1000, 1000, 4f, 1f);
        double recall = 0;
        double sure = 0;
        double estimated = 0;
        for (float[] query : queries) {
            TopK exact = TestRows.exact(vectors, query, K, null);
            recall += recall(index, vectors, query, some, exact);
            sure += recall(index, vectors, query, bounded, exact);
            TopK found = new TopK(K);
            index.search(query, null, SearchEffort.fixed(24, 200), null, found);
            estimated += TestRows.recall(exact, found);
            TopK all = new TopK(K);
            index.search(query, vectors.scorer(query), SearchEffort.fixed(24, 4000), null, all);
            TestRows.assertSameDistances(exact, all, "all lists and all rows are the exact search");
        }
        assertTrue(recall / queries.length > 0.9, "8 of 24 lists: recall " + recall / queries.length);
        assertTrue(sure / queries.length > 0.995, "bounds gave up true answers: recall " + sure / queries.length);
        double least = refine == 8 ? 0.95 : refine == 4 ? 0.75 : 0.35;
        assertTrue(estimated / queries.length > least, "codes alone: recall " + estimated / queries.length);
    }

    private static double recall(IvfPqIndex index, DenseVectors vectors, float[] query, SearchEffort effort, TopK exact) {
        TopK found = new TopK(K);
        index.search(query, vectors.scorer(query), effort, null, found);
        return TestRows.recall(exact, found);
    }

    @ParameterizedTest
    @MethodSource("everyCodecAndMetric")
    void estimatesAreUnbiasedAndClose(Metric metric, IvfCodec codec, int refine, float ignoredSpill) {
        DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(3, 800, DIMENSION), DIMENSION);
        // Not spilled: the lesser of two estimates of a row is not an unbiased one.
        IvfPqIndex index = IvfPqIndex.build(vectors, parameters(codec, refine, 0f), BuildControl.NONE);
        double sum = 0;
        double spread = 0;
        double within = 0;
        int n = 0;
        for (float[] query : TestRows.rows(4, 10, DIMENSION)) {
            // From another side of the data, so that the query says nothing about single residuals.
            float[] exact = new float[vectors.count()];
            vectors.scorer(query).scoreRange(0, vectors.count(), exact);
            TopK estimates = new TopK(vectors.count());
            index.search(query, null, SearchEffort.fixed(24, 2 * vectors.count()), null, estimates);
            assertEquals(vectors.count(), estimates.size(), "every row has an estimate");
            double mean = 0;
            for (float d : exact) {
                mean += d / exact.length;
            }
            for (long key : estimates.toSortedKeys()) {
                double error = TopK.distance(key) - exact[TopK.ordinal(key)];
                sum += error;
                spread += error * error;
                within += (exact[TopK.ordinal(key)] - mean) * (exact[TopK.ordinal(key)] - mean);
                n++;
            }
        }
        double deviation = Math.sqrt(spread / n);
        double distances = Math.sqrt(within / n);
        assertTrue(Math.abs(sum / n) < 0.1 * deviation + 0.01 * distances, "bias " + sum / n + " of a deviation of " + deviation);
        double most = refine == 8 ? 0.02 : refine == 4 ? 0.2 : 0.8;
        assertTrue(deviation < most * distances, "deviation " + deviation + " where distances spread by " + distances);
    }

    @Test
    void filtersAreJudgedByTheExactSearchAtEverySelectivity() {
        for (Metric metric : Metric.values()) {
            DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(5, 3000, DIMENSION), DIMENSION);
            IvfPqIndex index = IvfPqIndex.build(vectors, parameters(new SignCodes(), 0, 0f).withNlist(64), BuildControl.NONE);
            SplittableRandom random = new SplittableRandom(6);
            for (double share : new double[]{0, 0.0005, 0.004, 0.02, 0.04, 0.2, 0.6, 1}) {
                long[] words = new long[(3000 + 63) / 64];
                for (int o = 0; o < 3000; o++) {
                    if (random.nextDouble() < share) {
                        words[o >> 6] |= 1L << o;
                    }
                }
                AcceptOrdinals accept = AcceptOrdinals.of(words, 3000);
                double recall = 0;
                for (float[] query : TestRows.rows(7, 10, DIMENSION)) {
                    TopK exact = TestRows.exact(vectors, query, K, accept);
                    TopK found = new TopK(K);
                    SearchStats stats = index.search(query, vectors.scorer(query), SearchEffort.of(24, 200), accept, found);
                    for (int ordinal : TestRows.ordinals(found)) {
                        assertTrue(accept.accepts(ordinal), "a row outside the filter is answered");
                    }
                    assertTrue(share > 0.01 || stats.lists() == 0, "a tiny filter is scored exactly");
                    recall += TestRows.recall(exact, found) / 10;
                    TopK estimated = new TopK(K);
                    index.search(query, null, SearchEffort.fixed(64, 200), accept, estimated);
                    assertEquals(Math.min(K, accept.cardinality()), estimated.size(), "share " + share);
                }
                assertTrue(recall > 0.95, metric + " share " + share + " recall " + recall);
            }
        }
    }

    @Test
    void oddSizesBuildAndAnswer() {
        int[][] shapes = {{0, 8}, {1, 1}, {1, 33}, {2, 3}, {31, 5}, {32, 31}, {33, 33}, {65, 100}, {200, 17}};
        for (int[] shape : shapes) {
            for (Metric metric : Metric.values()) {
                for (IvfCodec codec : List.of(new SignCodes(), new ProductCodes(1, 8, Turn.RANDOM),
                        new ProductCodes(Math.min(3, shape[1]), 4, Turn.NONE))) {
                    DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(8, shape[0], shape[1]), shape[1]);
                    IvfPqParameters wanted = new IvfPqParameters(shape[0] > 60 ? 7 : 0, codec, 8, 1f, 8, 3);
                    IvfPqIndex index = IvfPqIndex.build(vectors, wanted, BuildControl.NONE);
                    float[] query = TestRows.rows(9, 1, shape[1])[0];
                    TopK found = new TopK(K);
                    index.search(query, vectors.scorer(query), SearchEffort.fixed(100, 1000), null, found);
                    TestRows.assertSameDistances(TestRows.exact(vectors, query, K, null), found,
                            shape[0] + " x " + shape[1] + " " + metric + " " + codec);
                }
            }
        }
    }

    @Test
    void equalRowsAndZeroRowsDoNoHarm() {
        float[][] rows = new float[300][DIMENSION];
        for (int r = 100; r < 300; r++) {
            rows[r][0] = 1;
            rows[r][r % 2] += 1;
        }
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, rows, DIMENSION);
        for (IvfCodec codec : List.of(new SignCodes(), new ProductCodes(5, 8, Turn.TRAINED))) {
            IvfPqIndex index = IvfPqIndex.build(vectors, parameters(codec, 4, 1f), BuildControl.NONE);
            for (int r : new int[]{0, 100, 101}) {
                TopK found = new TopK(K);
                index.search(rows[r], vectors.scorer(rows[r]), SearchEffort.fixed(24, 600), null, found);
                assertEquals(0f, TopK.distance(found.toSortedKeys()[K - 1]), "there are ten rows at no distance");
            }
        }
    }

    @Test
    void theSeedDecidesEveryByte() {
        DenseVectors vectors = TestRows.vectors(Metric.COSINE, TestRows.rows(10, 2000, DIMENSION), DIMENSION);
        IvfPqParameters parameters = parameters(new ProductCodes(10, 4, Turn.TRAINED), 4, 1f);
        IvfPqIndex one = IvfPqIndex.build(vectors, parameters, BuildControl.NONE);
        IvfPqIndex two = IvfPqIndex.build(vectors, parameters, BuildControl.NONE);
        IvfPqIndex other = IvfPqIndex.build(vectors, parameters.withSeed(12), BuildControl.NONE);
        assertEquals(-1, one.data().bytes.mismatch(two.data().bytes));
        assertTrue(one.data().bytes.mismatch(other.data().bytes) >= 0);
    }

    @Test
    void threadsDoNotChangeABuild() {
        DenseVectors vectors = TestRows.vectors(Metric.COSINE, TestRows.rows(13, 13_000, DIMENSION), DIMENSION);
        for (IvfCodec codec : List.of(new SignCodes(), new ProductCodes(10, 8, Turn.RANDOM))) {
            IvfPqParameters parameters = parameters(codec, 4, 1f).withNlist(100);
            IvfPqIndex alone = IvfPqIndex.build(vectors, parameters, BuildControl.NONE);
            IvfPqIndex together = IvfPqIndex.build(vectors, parameters, BuildControl.NONE.withThreads(5));
            assertEquals(-1, alone.data().bytes.mismatch(together.data().bytes), codec.toString());
        }
    }

    @Test
    void cancellationStopsABuildAnywhere() {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(11, 3000, DIMENSION), DIMENSION);
        int[] asked = {0};
        for (int after = 0; after < 1000; after = after * 2 + 1) {
            int limit = after;
            asked[0] = 0;
            BuildControl control = new BuildControl() {
                @Override
                public boolean cancelled() {
                    return asked[0]++ >= limit;
                }

                @Override
                public void progress(long done, long total) {}
            };
            IvfPqParameters parameters = parameters(new ProductCodes(10, 4, Turn.TRAINED), 0, 0f);
            try {
                IvfPqIndex.build(vectors, parameters, control);
                assertTrue(asked[0] <= limit, "a cancelled build came to an end");
                assertTrue(limit > 20, "hardly ever asked: " + asked[0]);
                return;
            } catch (BuildCancelledException e) {
                assertTrue(asked[0] > limit);
            }
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(12, 100, DIMENSION), DIMENSION);
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS, BuildControl.NONE);
        TopK into = new TopK(1);
        SearchEffort effort = SearchEffort.fixed(1, 1);
        float[] bad = new float[DIMENSION];
        bad[3] = Float.POSITIVE_INFINITY;
        assertThrows(IllegalArgumentException.class, () -> index.search(new float[3], null, effort, null, into));
        assertThrows(IllegalArgumentException.class, () -> index.search(bad, null, effort, null, into));
        DenseVectors fewer = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(12, 99, DIMENSION), DIMENSION);
        float[] query = new float[DIMENSION];
        assertThrows(IllegalArgumentException.class, () -> index.search(query, fewer.scorer(query), effort, null, into));
        assertThrows(IllegalArgumentException.class, () -> SearchEffort.fixed(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new SearchEffort(1, 1, 1, Float.NaN, 1f));
        assertThrows(IllegalArgumentException.class, () -> new ProductCodes(0, 4, Turn.NONE));
        assertThrows(IllegalArgumentException.class, () -> new ProductCodes(4, 5, Turn.NONE));
        assertThrows(IllegalArgumentException.class, () -> IvfPqParameters.DEFAULTS.withSpill(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> IvfPqParameters.DEFAULTS.withRefineBits(3));
        float[][] rows = TestRows.rows(12, 100, DIMENSION);
        rows[50][2] = Float.NaN;
        DenseVectors broken = TestRows.vectors(Metric.SQUARED_L2, rows, DIMENSION);
        assertThrows(IllegalArgumentException.class, () -> IvfPqIndex.build(broken, IvfPqParameters.DEFAULTS, BuildControl.NONE));
    }
}
