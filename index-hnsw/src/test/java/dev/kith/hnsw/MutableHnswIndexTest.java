package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MutableHnswIndexTest {
    private static final HnswParameters PARAMETERS = new HnswParameters(8, 60, 7);

    private static long[] search(MutableHnswIndex index, float[] query, int k, int ef, AcceptOrdinals accept) {
        TopK top = new TopK(k);
        index.search(query, k, ef, accept, top);
        return top.toSortedKeys();
    }

    /// Mean recall@10 over what is in the index, judged by a scan.
    private static double recall(MutableHnswIndex index, Map<Integer, float[]> rows, float[][] queries, int ef) {
        DenseVectors vectors = TestVectors.dense(index.metric(), VectorEncoding.FLOAT32, rows.values().toArray(float[][]::new));
        double recall = 0;
        for (float[] query : queries) {
            recall += TestVectors.recall(TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(vectors.size())),
                    search(index, query, 10, ef, null));
        }
        return recall / queries.length;
    }

    /// Distances computed for the queries.
    private static long effort(MutableHnswIndex index, float[][] queries, int ef) {
        long scored = 0;
        for (float[] query : queries) {
            scored += index.search(query, 10, ef, null, new TopK(10));
        }
        return scored;
    }

    private static Map<Integer, float[]> fill(MutableHnswIndex index, float[][] rows) {
        Map<Integer, float[]> there = new HashMap<>();
        for (float[] row : rows) {
            there.put(index.add(row), row);
        }
        return there;
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void tenFullReplacementsCostNoRecall(Metric metric) {
        int count = 1200;
        float[][] queries = TestVectors.clustered(1300, 20, 50);
        queries = Arrays.copyOfRange(queries, count, 1300);
        MutableHnswIndex index = MutableHnswIndex.create(metric, 20, count + count / 4, PARAMETERS);
        Map<Integer, float[]> there = fill(index, Arrays.copyOf(TestVectors.clustered(1300, 20, 50), count));
        for (int round = 0; round < 10; round++) {
            float[][] rows = TestVectors.clustered(1300, 20, 50 + (round + 1) % 10);
            Integer[] ordinals = there.keySet().toArray(Integer[]::new);
            for (int i = 0; i < count; i++) {
                there.remove(ordinals[i]);
                if (i % 2 == 0) {
                    there.put(index.replace(ordinals[i], rows[i]), rows[i]);
                } else {
                    assertTrue(index.delete(ordinals[i]));
                    there.put(index.add(rows[i]), rows[i]);
                }
            }
        }
        assertEquals(count, index.size());
        MutableHnswIndex fresh = MutableHnswIndex.create(metric, 20, count, PARAMETERS);
        double before = recall(fresh, fill(fresh, there.values().toArray(float[][]::new)), queries, 30);
        double after = recall(index, there, queries, 30);
        assertTrue(after >= before - 0.01, metric + ": fresh " + before + ", after ten replacements " + after);
        double gained = 0;
        for (int ef : new int[]{10, 20, 40}) {
            long effort = effort(fresh, queries, ef);
            int same = ef / 2;
            while (effort(index, queries, same) < effort) {
                same++;
            }
            gained += (recall(index, there, queries, same) - recall(fresh, there, queries, ef)) / 3;
        }
        assertTrue(gained >= -0.005, metric + ": at the effort of a fresh graph " + gained + " of recall after ten replacements");
        if (metric != Metric.INNER_PRODUCT) { // where the nearest to a vector need not be itself
            index.repair(60);
            assertEquals(new MutableHnswIndex.Verification(count, 0, 0), index.verify(60));
        }
    }

    @ParameterizedTest
    @EnumSource(VectorEncoding.class)
    void everyEncodingKeepsWhatItCanAndLosesNothingInChanges(VectorEncoding encoding) {
        float[][] rows = TestVectors.clustered(1550, 20, 91);
        float[][] kept = new float[rows.length][20];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < 20; i++) {
                rows[r][i] = encoding == VectorEncoding.INT8 ? Math.round(Math.clamp(20 * rows[r][i], -128f, 127f)) : rows[r][i];
                kept[r][i] = VectorBytes.nearest(encoding, rows[r][i]);
            }
        }
        float[][] queries = Arrays.copyOfRange(rows, 1500, 1550);
        for (Metric metric : Metric.values()) {
            MutableHnswIndex index = MutableHnswIndex.create(metric, encoding, 20, 1000, PARAMETERS);
            Map<Integer, float[]> there = new HashMap<>();
            for (int i = 0; i < 900; i++) {
                there.put(index.add(rows[i]), kept[i]);
            }
            Integer[] ordinals = there.keySet().toArray(Integer[]::new);
            for (int i = 0; i < 600; i++) {
                there.remove(ordinals[i]);
                there.put(index.replace(ordinals[i], rows[900 + i]), kept[900 + i]);
            }
            double recall = recall(index, there, queries, 60);
            assertTrue(recall >= 0.97, metric + " " + encoding + ": recall " + recall);
            float[] copy = new float[20];
            there.forEach((ordinal, row) -> {
                index.copyVector(ordinal, copy);
                assertArrayEquals(row, copy, encoding.toString());
            });
        }
    }

    @Test
    void whatAnEncodingCannotKeepIsNamed() {
        MutableHnswIndex bytes = MutableHnswIndex.create(Metric.SQUARED_L2, VectorEncoding.INT8, 2, 2, PARAMETERS);
        assertThrows(IllegalArgumentException.class, () -> bytes.add(new float[]{1, 0.5f}));
        assertThrows(IllegalArgumentException.class, () -> bytes.add(new float[]{1, 128}));
        MutableHnswIndex halves = MutableHnswIndex.create(Metric.COSINE, VectorEncoding.FLOAT16, 2, 2, PARAMETERS);
        assertThrows(IllegalArgumentException.class, () -> halves.add(new float[]{1, 70_000}));
        var none = assertThrows(IllegalArgumentException.class, () -> halves.add(new float[]{1e-9f, 1e-9f}));
        assertTrue(none.getMessage().contains("all zeros as FLOAT16"), none.getMessage());
        assertEquals(0, bytes.size() + halves.size());
    }

    @Test
    void aNaiveModelAgrees() {
        long seed = 17;
        Random random = new Random(seed);
        MutableHnswIndex index = MutableHnswIndex.create(Metric.SQUARED_L2, 6, 300, PARAMETERS);
        Map<Integer, float[]> model = new HashMap<>();
        for (int step = 0; step < 4000; step++) {
            float[] vector = TestVectors.gaussian(1, 6, 1, random)[0];
            List<Integer> ordinals = new ArrayList<>(model.keySet());
            int some = ordinals.isEmpty() ? -1 : ordinals.get(random.nextInt(ordinals.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    assertEquals(some >= 0, index.delete(some));
                    model.remove(some);
                }
                case 1 -> {
                    if (some >= 0 && model.size() < 290) {
                        model.remove(some);
                        model.put(index.replace(some, vector), vector);
                    }
                }
                default -> {
                    if (model.size() < 290) {
                        assertEquals(null, model.put(index.add(vector), vector), "an ordinal in use was given out");
                    }
                }
            }
            assertEquals(model.size(), index.size());
            if (step % 7 == 0 && !model.isEmpty()) {
                for (long key : search(index, vector, 5, 40, null)) {
                    float[] found = model.get(TopK.ordinal(key));
                    assertTrue(found != null, "step " + step + " of seed " + seed + " answers a deleted vector");
                    float distance = 0;
                    for (int i = 0; i < 6; i++) {
                        distance += (found[i] - vector[i]) * (found[i] - vector[i]);
                    }
                    assertEquals(distance, TopK.distance(key), 1e-4f);
                }
            }
        }
        assertEquals(model.size(), search(index, new float[6], 300, 300, null).length, "seed " + seed);
        assertTrue(index.verify(60).sound(), "seed " + seed + ": " + index.verify(60));
        float[] copy = new float[6];
        model.forEach((ordinal, vector) -> {
            index.copyVector(ordinal, copy);
            assertEquals(Arrays.toString(vector), Arrays.toString(copy));
        });
        AcceptOrdinals odd = AcceptOrdinals.of(new long[]{0xaaaaaaaaaaaaaaaaL, 0xaaaaaaaaaaaaaaaaL, 0xaaaaaaaaaaaaaaaaL,
                0xaaaaaaaaaaaaaaaaL, 0xaaaaaaaaaaaaaaaaL}, 300);
        long[] accepted = search(index, new float[6], 300, 10, odd);
        assertEquals(model.keySet().stream().filter(o -> o % 2 == 1).count(), accepted.length);
    }

    @Test
    void halfTheVectorsEqualAndEveryOneIsFound() {
        float[][] rows = TestVectors.clustered(1000, 12, 5);
        for (int i = 0; i < rows.length; i += 2) {
            rows[i] = rows[0];
        }
        MutableHnswIndex index = MutableHnswIndex.create(Metric.SQUARED_L2, 12, 1000, PARAMETERS);
        Map<Integer, float[]> there = fill(index, rows);
        assertEquals(0, index.verify(60).unreachable());
        index.repair(60);
        assertEquals(new MutableHnswIndex.Verification(1000, 0, 0), index.verify(60));
        for (Integer ordinal : new ArrayList<>(there.keySet())) {
            if (ordinal % 3 == 0) {
                assertTrue(index.delete(ordinal));
                there.remove(ordinal);
            }
        }
        index.repair(60);
        assertEquals(new MutableHnswIndex.Verification(there.size(), 0, 0), index.verify(60));
    }

    @Test
    void everythingMayGoAndComeBack() {
        MutableHnswIndex index = MutableHnswIndex.create(Metric.COSINE, 8, 200, PARAMETERS);
        for (int round = 0; round < 5; round++) {
            Map<Integer, float[]> there = fill(index, TestVectors.clustered(190, 8, round));
            assertEquals(190, search(index, new float[]{1, 0, 0, 0, 0, 0, 0, 1}, 200, 200, null).length);
            there.keySet().forEach(index::delete);
            assertEquals(0, index.size());
            assertEquals(0, search(index, new float[]{1, 0, 0, 0, 0, 0, 0, 1}, 5, 10, null).length);
        }
    }

    @Test
    void damageIsSeenAndRepaired() {
        MutableHnswIndex index = MutableHnswIndex.create(Metric.SQUARED_L2, 8, 400, PARAMETERS);
        fill(index, TestVectors.clustered(400, 8, 3));
        assertTrue(index.verify(60).sound());
        for (int node = 0; node < 400; node += 2) {
            index.graph().setLinks(node, new int[index.graph().degree()], 0);
        }
        assertFalse(index.verify(60).sound());
        assertTrue(index.repair(60) > 0);
        assertEquals(0, index.verify(60).unreachable());
    }

    /// Far from everything one vector jumps between two places, by replacement. No search there sees it twice, and hardly any
    /// misses it.
    @Test
    void aReplacementIsNeverSeenTwice() throws InterruptedException {
        MutableHnswIndex index = MutableHnswIndex.create(Metric.SQUARED_L2, 8, 600, PARAMETERS);
        fill(index, TestVectors.clustered(400, 8, 3));
        float[] one = {100, 0, 0, 0, 0, 0, 0, 0};
        float[] other = {100, 1, 0, 0, 0, 0, 0, 0};
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Object> wrong = new AtomicReference<>();
        AtomicInteger searches = new AtomicInteger();
        AtomicInteger missed = new AtomicInteger();
        AtomicInteger jumper = new AtomicInteger(index.add(one));
        Thread[] searchers = new Thread[3];
        for (int t = 0; t < searchers.length; t++) {
            searchers[t] = Thread.ofVirtual().start(() -> {
                while (!over.get() && wrong.get() == null) {
                    long[] keys = search(index, one, 400, 400, null);
                    long near = Arrays.stream(keys).filter(key -> TopK.distance(key) < 2).count();
                    searches.incrementAndGet();
                    if (near > 1) {
                        wrong.set("seen " + near + " times");
                    }
                    missed.addAndGet(near == 0 ? 1 : 0);
                }
            });
        }
        for (int i = 0; i < 300; i++) {
            jumper.set(index.replace(jumper.get(), i % 2 == 0 ? other : one));
        }
        over.set(true);
        for (Thread searcher : searchers) {
            searcher.join();
        }
        assertEquals(null, wrong.get());
        assertTrue(missed.get() <= searches.get() / 20, missed + " of " + searches + " missed it");
    }

    @Test
    void changesAndSearchesAtOnce() throws InterruptedException {
        int anchors = 200;
        float[][] rows = TestVectors.clustered(2000, 10, 23);
        MutableHnswIndex index = MutableHnswIndex.create(Metric.SQUARED_L2, 10, 900, PARAMETERS);
        for (int i = 0; i < anchors; i++) {
            index.add(rows[i]);
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger writers = new AtomicInteger(2);
        AtomicInteger missed = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < 2; w++) {
            Random random = new Random(w);
            threads.add(Thread.ofPlatform().start(() -> {
                List<Integer> own = new ArrayList<>();
                try {
                    for (int i = 0; i < 1500; i++) {
                        float[] row = rows[anchors + random.nextInt(1800)];
                        if (own.size() > 300) {
                            assertTrue(index.delete(own.remove(random.nextInt(own.size()))));
                        } else if (!own.isEmpty() && random.nextInt(3) == 0) {
                            own.add(index.replace(own.remove(random.nextInt(own.size())), row));
                        } else {
                            own.add(index.add(row));
                        }
                    }
                } catch (Throwable t) {
                    failure.set(t);
                } finally {
                    writers.decrementAndGet();
                }
            }));
        }
        for (int s = 0; s < 3; s++) {
            Random random = new Random(100 + s);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (writers.get() > 0) {
                        float[] anchor = rows[random.nextInt(anchors)];
                        long[] keys = search(index, anchor, 3, 60, null);
                        asked.incrementAndGet();
                        missed.addAndGet(keys.length > 0 && TopK.distance(keys[0]) == 0 ? 0 : 1);
                    }
                } catch (Throwable t) {
                    failure.set(t);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
        assertTrue(missed.get() <= asked.get() / 100, missed + " of " + asked + " searches missed a vector that is always there");
        index.repair(60);
        assertEquals(0, index.verify(60).unreachable());
        assertEquals(0, index.verify(60).notFound());
    }

    @Test
    void badInputIsNamed() {
        assertThrows(IllegalArgumentException.class, () -> MutableHnswIndex.create(Metric.COSINE, 0, 10, PARAMETERS));
        assertThrows(IllegalArgumentException.class, () -> MutableHnswIndex.create(Metric.COSINE, 3, 0, PARAMETERS));
        MutableHnswIndex index = MutableHnswIndex.create(Metric.COSINE, 2, 2, PARAMETERS);
        assertThrows(IllegalArgumentException.class, () -> index.add(new float[3]));
        assertThrows(IllegalArgumentException.class, () -> index.add(new float[2]));
        assertThrows(IllegalArgumentException.class, () -> index.add(new float[]{1, Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> index.replace(0, new float[]{1, 1}));
        assertFalse(index.delete(0));
        assertFalse(index.delete(-1));
        assertFalse(index.contains(2));
        index.add(new float[]{1, 0});
        index.add(new float[]{0, 1});
        assertThrows(IllegalStateException.class, () -> index.add(new float[]{1, 1}));
        assertThrows(IllegalArgumentException.class, () -> search(index, new float[]{1, 1}, 0, 1, null));
        assertEquals(2, search(index, new float[]{1, 1}, 5, 1, null).length);
    }
}
