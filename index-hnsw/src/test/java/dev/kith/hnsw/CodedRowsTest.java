package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import java.util.concurrent.atomic.AtomicInteger;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.BatchScorer;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodedRowsTest {
    private static final HnswParameters PARAMETERS = new HnswParameters(16, 100, 7, NodeRows.CODED);
    private static final int COUNT = 1200;
    private static final int DIMENSION = 150;

    @BeforeAll
    static void warm() throws InterruptedException {
        VectorKernels.awaitWarm();
    }

    /// More accepted vectors than are scanned themselves, near the query and far, under every metric: signs choose, vectors answer.
    @ParameterizedTest
    @EnumSource(Metric.class)
    void aScanOfSignsFindsWhatExactSearchFinds(Metric metric) {
        int count = 9_000;
        float[][] queries = TestVectors.clustered(count + 20, 128, 3);
        DenseVectors many = TestVectors.dense(metric, VectorEncoding.FLOAT32, Arrays.copyOf(queries, count));
        HnswIndex index = HnswIndex.build(many, new HnswParameters(8, 40, 1, NodeRows.CODED), BuildControl.NONE.withThreads(2));
        for (boolean far : new boolean[]{false, true}) {
            AcceptOrdinals accept = far ? farthest(many, queries[count], 0.55) : random(count, 0.55);
            double recall = 0;
            long scored = 0;
            for (int q = 0; q < 20; q++) {
                float[] query = queries[count + q];
                long[] exact = TestVectors.exact(many, query, 100, accept);
                TopK top = new TopK(100);
                // as many candidates as make a scan the cheaper road
                scored += index.search(many.scorer(query), 100, 700, accept, top);
                long[] found = top.toSortedKeys();
                assertEquals(100, found.length);
                assertTrue(Arrays.stream(found).allMatch(key -> accept.accepts(TopK.ordinal(key))));
                recall += TestVectors.recall(exact, found) / 20;
            }
            assertTrue(scored > 20L * (accept.cardinality() + 700), "signs were not scanned: " + scored);
            assertTrue(recall > (far ? 0.94 : 0.97), metric + (far ? " far" : " random") + ": recall@100 " + recall);
        }
    }

    @ParameterizedTest
    @CsvSource({"SQUARED_L2, CODED", "INNER_PRODUCT, CODED", "COSINE, CODED", "SQUARED_L2, COMPACT", "INNER_PRODUCT, COMPACT",
            "COSINE, COMPACT"})
    void aWalkOverCodesFindsWhatExactSearchFinds(Metric metric, NodeRows rows) {
        DenseVectors vectors = vectors(metric, 1);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS.withRows(rows), BuildControl.NONE);
        GraphChecks.check(index.graph());
        assertEquals(rows, index.parameters().rows());
        float[][] queries = TestVectors.clustered(COUNT + 50, DIMENSION, 1);
        double recall = 0;
        long scored = 0;
        for (int q = 0; q < 50; q++) {
            float[] query = queries[COUNT + q];
            TopK top = new TopK(10);
            scored += index.search(vectors.scorer(query), 10, 150, null, top);
            for (long key : top.toSortedKeys()) {
                assertEquals(exactDistance(vectors, query, TopK.ordinal(key)), TopK.distance(key),
                        "answered distances are exact");
            }
            recall += TestVectors.recall(TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(COUNT)), top.toSortedKeys())
                    / 50;
        }
        assertTrue(recall >= 0.95, metric + " recall " + recall);
        assertTrue(rows == NodeRows.COMPACT || scored / 50 <= 170,
                "a walk visits no more nodes than its pool holds: " + scored / 50);
    }

    @ParameterizedTest
    @EnumSource(names = {"CODED", "COMPACT"})
    void filtersOfEverySelectivityNearAndFar(NodeRows rows) {
        DenseVectors vectors = vectors(Metric.COSINE, 2);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS.withRows(rows), BuildControl.NONE);
        float[][] queries = TestVectors.clustered(COUNT + 20, DIMENSION, 2);
        for (double share : new double[]{0, 0.003, 0.05, 0.2, 0.5, 0.95, 1}) {
            for (boolean far : new boolean[]{false, true}) {
                AcceptOrdinals accept = far ? farthest(vectors, queries[COUNT], share) : random(COUNT, share);
                double recall = 0;
                for (int q = 0; q < 20; q++) {
                    float[] query = far ? queries[COUNT] : queries[COUNT + q];
                    long[] exact = TestVectors.exact(vectors, query, 10, accept);
                    long[] found = TestVectors.search(index, vectors, query, 10, 100, accept);
                    assertEquals(exact.length, found.length, "share " + share);
                    assertTrue(Arrays.stream(found).allMatch(key -> accept.accepts(TopK.ordinal(key))));
                    recall += TestVectors.recall(exact, found) / 20;
                }
                assertTrue(recall > 0.9, "share " + share + " far " + far + " recall " + recall);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CODED", "COMPACT"})
    void countsFromNoneUpAndCrowdsOfEqualVectors(NodeRows kind) {
        HnswParameters parameters = PARAMETERS.withRows(kind);
        for (int count : new int[]{0, 1, 2, 5, 40}) {
            DenseVectors few = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32,
                    TestVectors.gaussian(count, DIMENSION, 1, new Random(count)));
            HnswIndex index = HnswIndex.build(few, parameters, BuildControl.NONE);
            float[] query = new float[few.dimension()];
            assertEquals(Math.min(10, count), TestVectors.search(index, few, query, 10, 50, null).length);
        }
        DenseVectors vectors = vectors(Metric.SQUARED_L2, 5);
        HnswIndex all = HnswIndex.build(vectors, parameters, BuildControl.NONE);
        for (int k : new int[]{1, 2, 500, COUNT - 1, COUNT, COUNT + 7}) {
            assertEquals(Math.min(k, COUNT), TestVectors.search(all, vectors, new float[DIMENSION], k, 1, null).length, "k " + k);
        }
        float[][] rows = new float[500][];
        Arrays.fill(rows, TestVectors.clustered(1, DIMENSION, 1)[0]);
        DenseVectors equal = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(equal, parameters, BuildControl.NONE);
        assertEquals(10, TestVectors.search(index, equal, rows[0], 10, 50, null).length);
    }

    @Test
    void savedAndOpenedItAnswersTheSameAndRefusesWrongOrdinals() throws CorruptBytesException {
        DenseVectors vectors = vectors(Metric.SQUARED_L2, 3);
        HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        byte[] bytes = index.graph().toBytes();
        assertArrayEquals(bytes, HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE).graph().toBytes(), "deterministic");
        HnswIndex opened = HnswIndex.open(place(bytes));
        float[] query = TestVectors.clustered(1, DIMENSION, 9)[0];
        assertArrayEquals(TestVectors.search(index, vectors, query, 10, 80, null),
                TestVectors.search(opened, vectors, query, 10, 80, null));
        HnswIndex resident;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gone = arena.allocate(bytes.length);
            resident = HnswIndex.openResident(gone.copyFrom(MemorySegment.ofArray(bytes)));
        }
        assertArrayEquals(TestVectors.search(index, vectors, query, 10, 80, null),
                TestVectors.search(resident, vectors, query, 10, 80, null), "a copy outlives what it was made of");
        GraphHeader header = index.graph().header;
        Random random = new Random(4);
        for (int bad : new int[]{COUNT, -2, Integer.MAX_VALUE}) {
            MemorySegment broken = place(bytes);
            long row = header.codesOffset() + header.codes().rowBytes() * random.nextInt(COUNT);
            broken.set(GraphHeader.INT, row + header.codes().ordinalOffset(random.nextInt(32)), bad);
            assertThrows(CorruptBytesException.class, () -> HnswIndex.open(broken).validate());
            try {
                TestVectors.search(HnswIndex.open(broken), vectors, query, 10, 80, null);
            } catch (UncheckedIOException e) {
                assertInstanceOf(CorruptBytesException.class, e.getCause());
            }
        }
        for (int round = 0; round < 30; round++) { // codes may hold anything without harm
            MemorySegment broken = place(bytes);
            long row = header.codesOffset() + header.codes().rowBytes() * random.nextInt(COUNT);
            for (int i = 0; i < 100; i++) {
                broken.set(GraphHeader.INT, row + 4L * random.nextInt((int) header.codes().groupBytes() / 4 - 16),
                        random.nextInt());
            }
            assertEquals(10, TestVectors.search(HnswIndex.open(broken), vectors, query, 10, 80, null).length);
        }
    }

    @Test
    void compactSavedAndOpenedItAnswersTheSameWhateverItsCodesHold() throws CorruptBytesException {
        DenseVectors vectors = vectors(Metric.COSINE, 4);
        HnswParameters compact = PARAMETERS.withRows(NodeRows.COMPACT);
        HnswIndex index = HnswIndex.build(vectors, compact, BuildControl.NONE);
        byte[] bytes = index.graph().toBytes();
        assertArrayEquals(bytes, HnswIndex.build(vectors, compact, BuildControl.NONE).graph().toBytes(), "deterministic");
        HnswIndex opened = HnswIndex.open(place(bytes));
        assertEquals(NodeRows.COMPACT, opened.parameters().rows());
        float[] query = TestVectors.clustered(1, DIMENSION, 9)[0];
        assertArrayEquals(TestVectors.search(index, vectors, query, 10, 80, null),
                TestVectors.search(opened, vectors, query, 10, 80, null));
        Random random = new Random(8);
        for (int round = 0; round < 30; round++) {
            MemorySegment broken = place(bytes);
            long from = index.graph().header.centreOffset();
            for (int i = 0; i < 10_000; i++) {
                broken.set(GraphHeader.INT, random.nextLong(from, bytes.length - 3), random.nextInt());
            }
            assertEquals(10, TestVectors.search(HnswIndex.open(broken), vectors, query, 10, 80, null).length);
        }
    }

    @Test
    void aScorerThatCannotTellItsQueryIsServedOverLinks() {
        DenseVectors vectors = vectors(Metric.SQUARED_L2, 7);
        float[] query = TestVectors.clustered(1, DIMENSION, 9)[0];
        Scorer silent = silent(vectors.scorer(query));
        for (NodeRows rows : new NodeRows[]{NodeRows.CODED, NodeRows.COMPACT}) {
            HnswIndex index = HnswIndex.build(vectors, PARAMETERS.withRows(rows), BuildControl.NONE);
            TopK top = new TopK(10);
            index.search(silent, 10, 200, null, top);
            long[] exact = TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(COUNT));
            assertTrue(TestVectors.recall(exact, top.toSortedKeys()) >= 0.9, rows.toString());
        }
    }

    private static Scorer silent(Scorer scorer) {
        return new Scorer() {
            @Override
            public void score(int[] ordinals, int count, float[] distances) {
                scorer.score(ordinals, count, distances);
            }

            @Override
            public void scoreRange(int firstOrdinal, int count, float[] distances) {
                scorer.scoreRange(firstOrdinal, count, distances);
            }

            @Override
            public int size() {
                return scorer.size();
            }
        };
    }

    @Test
    void bestIsCodedOnlyWhereItPays() {
        DenseVectors shortOnes = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(50, 127, 1));
        DenseVectors bytes = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.INT8, TestVectors.clustered(50, 128, 1));
        DenseVectors floats = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(50, 128, 1));
        HnswParameters best = PARAMETERS.withRows(NodeRows.BEST);
        assertEquals(NodeRows.LINKS, HnswIndex.build(shortOnes, best, BuildControl.NONE).parameters().rows());
        assertEquals(NodeRows.LINKS, HnswIndex.build(bytes, best, BuildControl.NONE).parameters().rows());
        assertEquals(NodeRows.CODED, HnswIndex.build(floats, best, BuildControl.NONE).parameters().rows());
        DenseVectors halves = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT16, TestVectors.clustered(50, 128, 1));
        assertEquals(NodeRows.CODED, HnswIndex.build(halves, best, BuildControl.NONE).parameters().rows());
    }

    @Test
    void calibratedEffortReachesItsRecallOnHeldOutQueries() throws CorruptBytesException {
        DenseVectors vectors = vectors(Metric.SQUARED_L2, 6);
        HnswIndex built = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
        HnswIndex index = HnswIndex.open(place(built.graph().toBytes()));
        float[][] queries = TestVectors.clustered(COUNT + 100, DIMENSION, 6);
        int before = 0;
        for (double target : new double[]{0.5, 0.9, 0.95, 0.99, 0.995}) {
            int ef = index.efSearchFor(target);
            assertEquals(built.efSearchFor(target), ef);
            assertTrue(ef >= before && ef <= COUNT, "ef " + ef + " after " + before);
            before = ef;
            double recall = 0;
            for (int q = 0; q < 100; q++) {
                float[] query = queries[COUNT + q];
                recall += TestVectors.recall(TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(COUNT)),
                        TestVectors.search(index, vectors, query, 10, ef, null)) / 100;
            }
            assertTrue(recall > target - 0.04, "asked " + target + " at ef " + ef + " got " + recall);
        }
        assertThrows(IllegalArgumentException.class, () -> index.efSearchFor(1));
        assertThrows(IllegalArgumentException.class, () -> index.efSearchFor(0));
        assertThrows(IllegalArgumentException.class, () -> index.efSearchFor(Double.NaN));
    }

    @Test
    void calibrationThroughABatchScorerComesToTheSame() {
        for (Metric metric : Metric.values()) {
            DenseVectors vectors = vectors(metric, 7);
            HnswIndex index = HnswIndex.build(vectors, PARAMETERS, BuildControl.NONE);
            AtomicInteger calls = new AtomicInteger();
            BatchScorer elsewhere = new BatchScorer() {
                @Override
                public long[][] nearest(DenseVectors rows, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
                    calls.incrementAndGet();
                    return BatchScorers.cpu().nearest(rows, queries, queryCount, k, accept);
                }

                @Override
                public String name() {
                    return "elsewhere";
                }
            };
            assertEquals(Calibration.of(index, vectors, BuildControl.NONE),
                    Calibration.of(index, vectors, BuildControl.NONE.withBatchScorer(elsewhere)), metric.toString());
            assertTrue(calls.get() > 0, "the scorer was not asked");
        }
    }

    private static DenseVectors vectors(Metric metric, long seed) {
        return TestVectors.dense(metric, VectorEncoding.FLOAT32, TestVectors.clustered(COUNT, DIMENSION, seed));
    }

    private static float exactDistance(DenseVectors vectors, float[] query, int ordinal) {
        float[] distance = new float[1];
        vectors.scorer(query).scoreRange(ordinal, 1, distance);
        return distance[0];
    }

    private static AcceptOrdinals random(int count, double share) {
        Random random = new Random(13);
        long[] words = new long[(count + 63) / 64];
        for (int i = 0; i < count; i++) {
            if (random.nextDouble() < share) {
                words[i >> 6] |= 1L << i;
            }
        }
        return AcceptOrdinals.of(words, count);
    }

    /// The share of the vectors that are farthest from the query.
    private static AcceptOrdinals farthest(DenseVectors vectors, float[] query, double share) {
        int count = vectors.count();
        long[] keys = TestVectors.exact(vectors, query, count, AcceptOrdinals.all(count));
        long[] words = new long[(count + 63) / 64];
        for (int i = (int) (count * (1 - share)); i < count; i++) {
            words[TopK.ordinal(keys[i]) >> 6] |= 1L << TopK.ordinal(keys[i]);
        }
        return AcceptOrdinals.of(words, count);
    }

    private static MemorySegment place(byte[] bytes) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 64);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return memory;
    }
}
