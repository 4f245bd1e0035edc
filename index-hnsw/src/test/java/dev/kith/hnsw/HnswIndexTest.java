package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import java.util.stream.Stream;

class HnswIndexTest {
    private static final HnswParameters PARAMETERS = new HnswParameters(12, 80, 7);

    static Stream<Arguments> kinds() {
        return Stream.of(Metric.values())
                .flatMap(m -> Stream.of(VectorEncoding.values()).map(e -> Arguments.of(m, e)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsWhatExactSearchFinds(Metric metric, VectorEncoding encoding) {
        float[][] rows = TestVectors.clustered(3000, 24, 1);
        DenseVectors vectors = TestVectors.dense(metric, encoding, rows);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        GraphChecks.check(index.graph());
        float[][] queries = TestVectors.clustered(3050, 24, 1);
        double recall = 0;
        long scored = 0;
        for (int q = 0; q < 50; q++) {
            float[] query = queries[3000 + q];
            long[] exact = TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(vectors.size()));
            TopK top = new TopK(10);
            scored += index.search(vectors.scorer(query), 10, 100, null, top);
            recall += TestVectors.recall(exact, top.toSortedKeys()) / 50;
        }
        assertTrue(recall >= 0.97, metric + " " + encoding + " recall " + recall);
        assertTrue(scored / 50 < 1800, "a walk that scores " + scored / 50 + " of 3000 is a scan");
    }

    @Test
    void anyCountFromNoneUp() {
        for (int count : new int[]{0, 1, 2, 3, 10, 33}) {
            DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32,
                    TestVectors.gaussian(count, 3, 1, new Random(count)));
            HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
            GraphChecks.check(index.graph());
            float[] query = {0.1f, -0.2f, 0.3f};
            assertArrayEquals(count == 0 ? new long[0] : TestVectors.exact(vectors, query, 50, AcceptOrdinals.all(count)),
                    TestVectors.search(index, vectors, query, 50, 10, null), "count " + count);
        }
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, TestVectors.clustered(800, 16, 3));
        byte[] first = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE).graph().toBytes();
        byte[] second = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE).graph().toBytes();
        byte[] other = HnswIndex.build(vectors, new HnswParameters(12, 80, 8), BuildControl.NONE).graph().toBytes();
        assertArrayEquals(first, second);
        assertFalse(Arrays.equals(first, other));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anyNumberOfThreadsGivesTheSameBytes(Metric metric, VectorEncoding encoding) {
        DenseVectors vectors = TestVectors.dense(metric, encoding, TestVectors.clustered(3000, 20, 4));
        HnswParameters parameters = new HnswParameters(6, 40, 5, NodeRows.CODED);
        byte[] alone = HnswIndex.build(vectors, parameters, BuildControl.NONE).graph().toBytes();
        for (int threads : new int[]{2, 4}) {
            assertArrayEquals(alone,
                    HnswIndex.build(vectors, parameters, BuildControl.NONE.withThreads(threads)).graph().toBytes(),
                    threads + " threads");
        }
    }

    @Test
    void aCrowdOfEqualVectorsDoesNotHideTheOthers() {
        float[][] rows = TestVectors.clustered(2000, 16, 5);
        for (int i = 0; i < rows.length; i += 2) {
            rows[i] = rows[0];
        }
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        GraphChecks.check(index.graph());
        double recall = 0;
        for (int i = 1; i < rows.length; i += 20) {
            recall += TestVectors.recall(TestVectors.exact(vectors, rows[i], 10, AcceptOrdinals.all(2000)),
                    TestVectors.search(index, vectors, rows[i], 10, 100, null)) / 100;
        }
        assertTrue(recall > 0.95, "recall " + recall);
        long[] equal = TestVectors.search(index, vectors, rows[0], 300, 300, null);
        assertEquals(300, equal.length);
        assertEquals(0f, TopK.distance(equal[299]), "300 of the 1000 equal ones");
    }

    @Test
    void allVectorsEqual() {
        float[][] rows = new float[700][];
        Arrays.fill(rows, new float[]{1, 2, 3});
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        GraphChecks.check(index.graph());
        assertEquals(700, TestVectors.search(index, vectors, rows[0], 700, 10, null).length);
    }

    @Test
    void filtersOfEverySelectivity() {
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, TestVectors.clustered(3000, 16, 11));
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        float[][] queries = TestVectors.clustered(3030, 16, 11);
        for (double share : new double[]{0, 0.001, 0.01, 0.1, 0.3, 0.6, 0.9, 1}) {
            Random random = new Random(13);
            long[] words = new long[47];
            for (int i = 0; i < 3000; i++) {
                if (random.nextDouble() < share) {
                    words[i >> 6] |= 1L << i;
                }
            }
            AcceptOrdinals accept = AcceptOrdinals.of(words, 3000);
            double recall = 0;
            for (int q = 0; q < 30; q++) {
                long[] exact = TestVectors.exact(vectors, queries[3000 + q], 10, accept);
                long[] found = TestVectors.search(index, vectors, queries[3000 + q], 10, 60, accept);
                assertEquals(exact.length, found.length, "share " + share);
                for (long key : found) {
                    assertTrue(accept.accepts(TopK.ordinal(key)));
                }
                recall += TestVectors.recall(exact, found) / 30;
            }
            assertTrue(recall > 0.95, "share " + share + " recall " + recall);
        }
    }

    @Test
    void aCancelledBuildStops() {
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(2000, 8, 17));
        AtomicInteger asked = new AtomicInteger();
        BuildControl control = new BuildControl() {
            @Override
            public boolean cancelled() {
                return asked.incrementAndGet() > 30;
            }

            @Override
            public void progress(long done, long total) {
                assertTrue(done <= total);
            }
        };
        assertThrows(BuildCancelledException.class, () -> HnswIndex.build(vectors, PARAMETERS, control));
        assertEquals(31, asked.get());
    }

    @Test
    void badArgumentsAreNamed() {
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(20, 4, 19));
        DenseVectors fewer = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(19, 4, 19));
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        TopK top = new TopK(1);
        float[] query = new float[4];
        assertThrows(IllegalArgumentException.class, () -> index.search(vectors.scorer(query), 0, 10, null, top));
        assertThrows(IllegalArgumentException.class, () -> index.search(vectors.scorer(query), 1, 0, null, top));
        assertThrows(IllegalArgumentException.class, () -> index.search(fewer.scorer(query), 1, 10, null, top));
        assertThrows(IllegalArgumentException.class, () -> new HnswParameters(1, 10, 0));
        assertThrows(IllegalArgumentException.class, () -> new HnswParameters(257, 10, 0));
        assertThrows(IllegalArgumentException.class, () -> new HnswParameters(16, 0, 0));
        assertNotEquals(PARAMETERS, PARAMETERS.withM(13));
    }

    @Test
    void manyThreadsSearchOneIndex() throws InterruptedException {
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(1500, 12, 23));
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        float[][] queries = TestVectors.clustered(1600, 12, 23);
        long[][] alone = new long[100][];
        for (int q = 0; q < 100; q++) {
            alone[q] = TestVectors.search(index, vectors, queries[1500 + q], 10, 40, null);
        }
        AtomicInteger wrong = new AtomicInteger();
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = Thread.ofVirtual().start(() -> {
                for (int q = 0; q < 100; q++) {
                    if (!Arrays.equals(alone[q], TestVectors.search(index, vectors, queries[1500 + q], 10, 40, null))) {
                        wrong.incrementAndGet();
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrong.get());
    }
}
