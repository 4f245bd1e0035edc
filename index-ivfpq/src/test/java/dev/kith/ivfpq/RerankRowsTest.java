package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.ivfpq.RerankRows.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rounded rows that rank otherwise than the vectors do, or bytes that are none.
class RerankRowsTest {
    private static MemorySegment written(DenseVectors vectors, Kind kind) throws Exception {
        MemorySink sink = new MemorySink(RerankRows.bytesOf(vectors, kind));
        RerankRows.write(vectors, kind, sink);
        assertEquals(RerankRows.bytesOf(vectors, kind), sink.position());
        return sink.memory();
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void roundedDistancesAreNearTheTrueOnes(Metric metric) throws Exception {
        for (int dimension : new int[]{1, 2, 31, 32, 33, 100, 384}) {
            float[][] data = TestRows.rows(5, 300, dimension);
            data[17] = new float[dimension];
            data[17][0] = 1e-3f; // hardly a direction
            DenseVectors vectors = TestRows.vectors(metric, data, dimension);
            for (Kind kind : Kind.values()) {
                RerankRows rows = RerankRows.open(written(vectors, kind));
                assertEquals(300, rows.size());
                float[] query = TestRows.rows(6, 1, dimension)[0];
                float[] exact = new float[300];
                float[] rounded = new float[300];
                vectors.scorer(query).scoreRange(0, 300, exact);
                rows.scorer(query).scoreRange(0, 300, rounded);
                for (int o = 0; o < 300; o++) {
                    double unit = metric == Metric.COSINE ? 1 : squared(query) + squared(data[o]);
                    assertEquals(exact[o], rounded[o], (kind == Kind.BF16 ? 0.01 : 0.02) * unit,
                            metric + " " + kind + " dimension " + dimension + " row " + o);
                }
                float[] one = new float[1];
                rows.scorer(query).score(new int[]{299}, 1, one);
                assertEquals(rounded[299], one[0], 1e-5 * (1 + Math.abs(rounded[299])));
            }
        }
    }

    private static double squared(float[] row) {
        double sum = 0;
        for (float x : row) {
            sum += (double) x * x;
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void exactSearchJudgesASearchRerankedByRoundedRows(Metric metric) throws Exception {
        int dimension = 40;
        DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(1, 2000, dimension), dimension);
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withNlist(24), BuildControl.NONE);
        for (Kind kind : Kind.values()) {
            RerankRows rows = RerankRows.open(written(vectors, kind));
            double recall = 0;
            double codesOnly = 0;
            float[][] queries = TestRows.rows(2, 25, dimension);
            for (float[] query : queries) {
                TopK exact = TestRows.exact(vectors, query, 10, null);
                TopK found = new TopK(10);
                index.search(query, rows.scorer(query), SearchEffort.of(24, 500), null, found);
                recall += TestRows.recall(exact, found);
                TopK estimated = new TopK(10);
                index.search(query, null, SearchEffort.of(24, 500), null, estimated);
                codesOnly += TestRows.recall(exact, estimated);
            }
            assertTrue(recall / 25 > (kind == Kind.BF16 ? 0.97 : 0.94), metric + " " + kind + ": recall " + recall / 25);
            assertTrue(recall > codesOnly + 5, "reranking changed little: " + recall + " against " + codesOnly + " of 25");
        }
    }

    @Test
    void otherBytesAreRefused() throws Exception {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 20, 8), 8);
        MemorySegment sound = written(vectors, Kind.INT8);
        try (Arena arena = Arena.ofConfined()) {
            for (int at = 0; at < 24; at++) {
                MemorySegment copy = arena.allocate(sound.byteSize(), 64).copyFrom(sound);
                copy.set(ValueLayout.JAVA_BYTE, at, (byte) (copy.get(ValueLayout.JAVA_BYTE, at) ^ 0x80));
                CorruptBytesException refused = assertThrows(CorruptBytesException.class, () -> RerankRows.open(copy),
                        "byte " + at);
                assertTrue(refused.getMessage().contains("rows"), refused.getMessage());
            }
            for (long length = 0; length < sound.byteSize(); length += 7) {
                long cut = length;
                assertThrows(CorruptBytesException.class, () -> RerankRows.open(sound.asSlice(0, cut)));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> RerankRows.open(MemorySegment.ofArray(new byte[100])));
        RerankRows rows = RerankRows.open(sound);
        assertThrows(IllegalArgumentException.class, () -> rows.scorer(new float[7]));
        Scorer scorer = rows.scorer(new float[8]);
        assertThrows(IndexOutOfBoundsException.class, () -> scorer.score(new int[]{20}, 1, new float[1]));
        assertThrows(IndexOutOfBoundsException.class, () -> scorer.scoreRange(19, 2, new float[2]));
    }
}
