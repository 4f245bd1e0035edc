package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IvfMergeTest {
    private static final int DIMENSION = 32;
    private static final int K = 10;

    private static final float[][] ROWS = TestRows.rows(1, 3000, DIMENSION);

    private static IvfPqParameters parameters(int index) {
        return switch (index) {
            case 0 -> new IvfPqParameters(30, new SignCodes(), 0, 0f, 64, 7);
            case 1 -> new IvfPqParameters(30, new ProductCodes(16, 4, Turn.NONE), 8, 1f, 64, 7);
            default -> new IvfPqParameters(30, new ProductCodes(8, 8, Turn.TRAINED), 4, 0f, 64, 7);
        };
    }

    private static DenseVectors vectors(int from, int to) {
        return TestRows.vectors(Metric.SQUARED_L2, Arrays.copyOfRange(ROWS, from, to), DIMENSION);
    }

    private static double recall(IvfPqIndex index, DenseVectors vectors) {
        double sum = 0;
        float[][] queries = TestRows.rows(2, 40, DIMENSION);
        for (float[] query : queries) {
            TopK found = new TopK(K);
            index.search(query, vectors.scorer(query), new SearchEffort(6, 300, 300, 2f, 1f), null, found);
            sum += TestRows.recall(TestRows.exact(vectors, query, K, null), found);
        }
        return sum / queries.length;
    }

    @Test
    void appendedRowsAreByteForByteThoseOfOneBuildWithTheSameModel() throws Exception {
        for (int p = 0; p < 3; p++) {
            IvfBuilder all = IvfBuilder.train(vectors(0, 3000), parameters(p), BuildControl.NONE);
            all.addAll(vectors(0, 3000));
            IvfPqIndex whole = all.build();
            float spill = parameters(p).spill();
            IvfBuilder head = IvfBuilder.like(whole, spill, BuildControl.NONE);
            head.addAll(vectors(0, 2700));
            IvfBuilder tail = IvfBuilder.like(whole, spill, BuildControl.NONE);
            tail.addAll(vectors(2700, 3000));
            IvfPqIndex merged = IvfMerge.merge(List.of(new IvfMerge.Part(head.build(), o -> o),
                    new IvfMerge.Part(tail.build(), o -> 2700 + o)), 3000, BuildControl.NONE);
            merged.verify();
            assertEquals(whole.savedBytes(), merged.savedBytes());
            long from = whole.data().header.blocksOffset();
            assertEquals(-1, whole.data().bytes.asSlice(from).mismatch(merged.data().bytes.asSlice(from)),
                    "codes or factors changed on the way, parameters " + p);
        }
    }

    @Test
    void appendingATenthCostsNoRecallAgainstAFreshBuild() {
        DenseVectors all = vectors(0, 3000);
        IvfPqIndex old = IvfPqIndex.build(vectors(0, 2700), parameters(0), BuildControl.NONE);
        IvfBuilder more = IvfBuilder.like(old, 0f, BuildControl.NONE);
        more.addAll(vectors(2700, 3000));
        IvfPqIndex merged = IvfMerge.merge(
                List.of(new IvfMerge.Part(old, o -> o), new IvfMerge.Part(more.build(), o -> 2700 + o)), 3000, BuildControl.NONE);
        double fresh = recall(IvfPqIndex.build(all, parameters(0), BuildControl.NONE), all);
        double appended = recall(merged, all);
        assertTrue(appended > fresh - 0.02, "appended " + appended + ", fresh " + fresh); // 400 answers: a point is noise
    }

    @Test
    void deletedRowsAreGoneAndTheOthersKeepTheirNames() throws Exception {
        for (int p = 0; p < 3; p++) {
            IvfPqIndex index = IvfPqIndex.build(vectors(0, 1000), parameters(p), BuildControl.NONE);
            IvfPqIndex half = IvfMerge.merge(List.of(new IvfMerge.Part(index, o -> o % 2 == 0 ? -1 : o / 2)), 500,
                    BuildControl.NONE);
            half.verify();
            float[][] left = new float[500][];
            Arrays.setAll(left, i -> ROWS[2 * i + 1]);
            DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, left, DIMENSION);
            for (int r = 0; r < 500; r += 50) {
                TopK found = new TopK(1);
                half.search(left[r], vectors.scorer(left[r]), SearchEffort.fixed(30, 500), null, found);
                assertEquals(Set.of(r), TestRows.ordinals(found));
            }
        }
    }

    @Test
    void badMergesAreRefused() {
        IvfPqIndex one = IvfPqIndex.build(vectors(0, 500), parameters(0), BuildControl.NONE);
        IvfPqIndex other = IvfPqIndex.build(vectors(500, 1000), parameters(0), BuildControl.NONE);
        IvfMerge.Part part = new IvfMerge.Part(one, o -> o);
        assertThrows(IllegalArgumentException.class, () -> IvfMerge.merge(List.of(), 0, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class,
                () -> IvfMerge.merge(List.of(part, new IvfMerge.Part(other, o -> o + 500)), 1000, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class, () -> IvfMerge.merge(List.of(part, part), 500, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class, () -> IvfMerge.merge(List.of(part), 499, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class, () -> IvfMerge.merge(List.of(part), 501, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class, () -> IvfBuilder.like(one, 1f, BuildControl.NONE));
    }

    @Test
    void splittingCutsLargeListsAndKeepsTheAnswers() throws Exception {
        for (int p = 0; p < 3; p++) {
            DenseVectors vectors = vectors(0, 3000);
            IvfPqIndex index = IvfPqIndex.build(vectors, parameters(p), BuildControl.NONE);
            IvfPqIndex split = IvfMerge.splitLists(index, vectors, 80, BuildControl.NONE);
            split.verify();
            assertTrue(split.health().largestList() < index.health().largestList());
            assertTrue(split.nlist() > index.nlist());
            for (float[] query : TestRows.rows(3, 10, DIMENSION)) {
                TopK found = new TopK(K);
                split.search(query, vectors.scorer(query), SearchEffort.fixed(10_000, 7000), null, found);
                TestRows.assertSameDistances(TestRows.exact(vectors, query, K, null), found, "parameters " + p);
            }
            assertTrue(recall(split, vectors) > recall(index, vectors) - 0.25, "half the rows are scanned, not none");
        }
    }

    @Test
    void driftIsSeenWhenOtherRowsArrive() {
        IvfPqIndex index = IvfPqIndex.build(vectors(0, 2000), parameters(0), BuildControl.NONE);
        IvfBuilder same = IvfBuilder.like(index, 0f, BuildControl.NONE);
        same.addAll(vectors(2000, 3000));
        assertFalse(same.build().health().driftedFrom(index.health()));
        float[][] elsewhere = TestRows.rows(9, 1000, DIMENSION);
        for (float[] row : elsewhere) {
            row[0] += 8;
        }
        IvfBuilder other = IvfBuilder.like(index, 0f, BuildControl.NONE);
        other.addAll(TestRows.vectors(Metric.SQUARED_L2, elsewhere, DIMENSION));
        assertTrue(other.build().health().driftedFrom(index.health()));
    }

    @Test
    void rangeSearchFindsAllWithinADistance() {
        DenseVectors vectors = vectors(0, 3000);
        for (int p = 0; p < 3; p++) {
            IvfPqIndex index = IvfPqIndex.build(vectors, parameters(p), BuildControl.NONE);
            for (float[] query : TestRows.rows(4, 10, DIMENSION)) {
                TopK exact = TestRows.exact(vectors, query, 200, null);
                float radius = exact.worstDistance();
                long[] found = index.within(query, radius, vectors.scorer(query), new SearchEffort(30, 1, 0, 6f, 1f), null);
                TopK top = new TopK(3000);
                for (long key : found) {
                    assertTrue(TopK.distance(key) <= radius);
                    top.offerKey(key);
                }
                assertTrue(TestRows.recall(exact, top) > 0.98, "found " + found.length + " of 200, parameters " + p);
                assertEquals(0, index.within(query, -1f, vectors.scorer(query), SearchEffort.fixed(30, 1), null).length);
            }
        }
    }

    @Test
    void batchesAnswerAsSingleSearchesDo() {
        DenseVectors vectors = vectors(0, 3000);
        for (int p = 0; p < 3; p++) {
            IvfPqIndex index = IvfPqIndex.build(vectors, parameters(p), BuildControl.NONE);
            float[][] queries = TestRows.rows(5, 50, DIMENSION);
            SearchEffort effort = SearchEffort.fixed(7, 100);
            TopK[] into = new TopK[queries.length];
            dev.kith.core.Scorer[] scorers = new dev.kith.core.Scorer[queries.length];
            Arrays.setAll(into, _ -> new TopK(K));
            Arrays.setAll(scorers, i -> vectors.scorer(queries[i]));
            SearchStats[] stats = index.searchBatch(queries, scorers, effort, null, into);
            for (int i = 0; i < queries.length; i++) {
                TopK one = new TopK(K);
                SearchStats single = index.search(queries[i], vectors.scorer(queries[i]), effort, null, one);
                assertArrayEquals(one.toSortedKeys(), into[i].toSortedKeys(), "query " + i + " parameters " + p);
                assertEquals(single.codes(), stats[i].codes());
            }
            assertEquals(0, index.searchBatch(new float[0][], null, effort, null, new TopK[0]).length);
        }
    }

    @Test
    void theIndexRemembersWhatEffortARecallTakes() throws Exception {
        DenseVectors vectors = vectors(0, 3000);
        for (int p = 0; p < 3; p++) {
            IvfPqIndex built = IvfPqIndex.build(vectors, parameters(p), BuildControl.NONE);
            MemorySink sink = new MemorySink(built.savedBytes());
            built.save(sink);
            IvfPqIndex opened = IvfPqIndex.open(sink.memory());
            assertEquals(built.efforts(), opened.efforts());
            double last = 0;
            for (double target : new double[]{0.5, 0.8, 0.9, 0.95, 0.99}) {
                double sum = 0;
                float[][] queries = TestRows.rows(6, 100, DIMENSION);
                for (float[] query : queries) {
                    TopK found = new TopK(K);
                    opened.search(query, vectors.scorer(query), opened.effortFor(target), null, found);
                    sum += TestRows.recall(TestRows.exact(vectors, query, K, null), found);
                }
                assertTrue(sum / queries.length > target - 0.05, "asked for " + target + ", got " + sum / queries.length);
                assertTrue(opened.effortFor(target).nprobe() >= last);
                last = opened.effortFor(target).nprobe();
            }
            assertThrows(IllegalArgumentException.class, () -> opened.effortFor(1));
            assertThrows(IllegalArgumentException.class, () -> opened.effortFor(Double.NaN));
        }
    }

    @Test
    void aMergedIndexIsMeasuredOnDemand() {
        DenseVectors all = vectors(0, 3000);
        IvfPqIndex first = IvfPqIndex.build(vectors(0, 2000), parameters(0), BuildControl.NONE);
        IvfBuilder builder = IvfBuilder.like(first, 0f, BuildControl.NONE);
        builder.addAll(vectors(2000, 3000));
        IvfPqIndex merged = IvfMerge.merge(
                List.of(new IvfMerge.Part(first, o -> o), new IvfMerge.Part(builder.build(), o -> 2000 + o)),
                3000, BuildControl.NONE);
        assertNull(merged.efforts());
        assertEquals(merged.nlist(), merged.effortFor(0.9).nprobe(), "nothing measured: every list");
        IvfPqIndex measured = merged.measured(all, BuildControl.NONE);
        assertNull(merged.efforts());
        assertTrue(measured.effortFor(0.9).nprobe() < merged.nlist());
    }

    @Test
    void askedForRecallIsReached() {
        DenseVectors vectors = vectors(0, 3000);
        IvfPqIndex index = IvfPqIndex.build(vectors, parameters(0), BuildControl.NONE);
        EffortTable table = EffortTable.measure(index, vectors, 100, K, 3, BuildControl.NONE);
        double last = 0;
        for (EffortTable.Rung rung : table.rungs()) {
            assertTrue(rung.recall() > last);
            last = rung.recall();
        }
        for (double target : new double[]{0.7, 0.9, 0.97}) {
            SearchEffort effort = table.forRecall(target);
            double sum = 0;
            float[][] queries = TestRows.rows(6, 100, DIMENSION);
            for (float[] query : queries) {
                TopK found = new TopK(K);
                index.search(query, vectors.scorer(query), effort, null, found);
                sum += TestRows.recall(TestRows.exact(vectors, query, K, null), found);
            }
            assertTrue(sum / queries.length > target - 0.04, "asked for " + target + ", got " + sum / queries.length);
        }
        assertTrue(table.forRecall(0.5).nprobe() <= table.forRecall(0.99).nprobe());
    }
}
