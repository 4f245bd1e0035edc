package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.PairScorer;
import dev.kith.core.Scorer;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BulkBuildTest {
    /// The same vectors, without saying that they are raw: such a graph is built by walks.
    record Opaque(DenseVectors raw) implements VectorSource {
        @Override
        public int size() {
            return raw.size();
        }

        @Override
        public int dimension() {
            return raw.dimension();
        }

        @Override
        public Metric metric() {
            return raw.metric();
        }

        @Override
        public Scorer scorer(float[] query) {
            return raw.scorer(query);
        }

        @Override
        public Scorer scorer(int ordinal) {
            return raw.scorer(ordinal);
        }

        @Override
        public PairScorer pairScorer() {
            return raw.pairScorer();
        }
    }

    static double recall(HnswIndex index, DenseVectors vectors, float[][] queries, int ef) {
        double recall = 0;
        for (float[] query : queries) {
            recall += TestVectors.recall(TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(vectors.size())),
                    TestVectors.search(index, vectors, query, 10, ef, null));
        }
        return recall / queries.length;
    }

    /// More lists than are probed, so that lists miss neighbours.
    @ParameterizedTest
    @EnumSource(Metric.class)
    void roundsAreAsGoodAsWalks(Metric metric) {
        float[][] all = TestVectors.clustered(9200, 24, 31);
        DenseVectors vectors = TestVectors.dense(metric, VectorEncoding.FLOAT32, Arrays.copyOf(all, 9000));
        float[][] queries = Arrays.copyOfRange(all, 9000, 9200);
        HnswParameters parameters = new HnswParameters(8, 80, 3);
        double rounds = recall(HnswIndex.build(vectors, parameters, BuildControl.NONE), vectors, queries, 40);
        double walks = recall(HnswIndex.build(new Opaque(vectors), parameters, BuildControl.NONE), vectors, queries, 40);
        assertTrue(rounds >= walks - 0.01, metric + ": rounds " + rounds + ", walks " + walks);
    }

    @Test
    void aCrowdLargerThanManyListsIsReachedAndHidesNobody() {
        float[][] rows = TestVectors.clustered(8000, 12, 5);
        for (int i = 0; i < rows.length; i += 2) {
            rows[i] = rows[0];
        }
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(12, 80, 7), BuildControl.NONE.withThreads(2));
        GraphChecks.check(index.graph());
        float[][] queries = new float[100][];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = rows[1 + 78 * i];
        }
        double recall = recall(index, vectors, queries, 80);
        assertTrue(recall > 0.95, "recall " + recall);
    }

    @Test
    void reusedLinksMakeAGraphAsGoodAsAFreshOne() {
        float[][] all = TestVectors.clustered(6100, 24, 41);
        float[][] queries = Arrays.copyOfRange(all, 6000, 6100);
        HnswParameters parameters = new HnswParameters(8, 80, 3);
        DenseVectors earlierVectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, Arrays.copyOf(all, 4000));
        HnswIndex earlier = HnswIndex.build(earlierVectors, parameters, BuildControl.NONE);
        int[] ordinals = new int[4000]; // every tenth is gone, and the new ones come first
        float[][] merged = new float[6000 - 400][];
        int n = 0;
        for (int i = 4000; i < 6000; i++) {
            merged[n++] = all[i];
        }
        for (int i = 0; i < 4000; i++) {
            ordinals[i] = i % 10 == 0 ? -1 : n;
            if (i % 10 != 0) {
                merged[n++] = all[i];
            }
        }
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, merged);
        GraphReuse reuse = new GraphReuse(earlier, ordinals);
        HnswIndex reused = HnswIndex.build(vectors, parameters, reuse, BuildControl.NONE);
        GraphChecks.check(reused.graph());
        double fresh = recall(HnswIndex.build(vectors, parameters, BuildControl.NONE), vectors, queries, 30);
        double again = recall(reused, vectors, queries, 30);
        assertTrue(again >= fresh - 0.01, "reused " + again + ", fresh " + fresh);
        assertArrayEquals(reused.graph().toBytes(),
                HnswIndex.build(vectors, parameters, reuse, BuildControl.NONE.withThreads(3)).graph().toBytes());
        assertThrows(IllegalArgumentException.class,
                () -> HnswIndex.build(vectors, parameters.withM(9), reuse, BuildControl.NONE));
        assertThrows(IllegalArgumentException.class, () -> new GraphReuse(earlier, new int[3]));
        int[] twice = ordinals.clone();
        twice[2] = twice[1];
        assertThrows(IllegalArgumentException.class, () -> new GraphReuse(earlier, twice));
    }

    /// Cancelled at every possible moment of a build on two threads: it stops, and no thread of it goes on.
    @Test
    void aCancelledBuildStopsOnAllThreads() throws InterruptedException {
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(3000, 16, 8));
        for (int after : new int[]{0, 5, 20, 40, 60, 80, 100}) {
            AtomicLong asked = new AtomicLong();
            AtomicBoolean over = new AtomicBoolean();
            BuildControl control = new BuildControl() {
                @Override
                public boolean cancelled() {
                    assertTrue(!over.get(), "asked after the build had ended");
                    return asked.incrementAndGet() > after;
                }

                @Override
                public void progress(long done, long total) {
                    assertTrue(done <= total, done + " of " + total);
                }
            };
            assertThrows(BuildCancelledException.class,
                    () -> HnswIndex.build(vectors, new HnswParameters(8, 40, 1), control.withThreads(2)), "after " + after);
            over.set(true);
        }
        Thread.sleep(20);
        assertEquals(0, Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("kith-build")).count());
    }
}
