package dev.kith.bench.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.bench.engine.AcceptSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Recall on a case known by hand: one component, rows at 0, 1, 2, 2, 3, 10, query at 0, so squared distances are 0, 1, 4, 4,
/// 9, 100 and the true three nearest are 0, 1 and 2, with row 3 a tie of row 2.
class RecallJudgeTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private RecallJudge judge(int[] truth, int k) {
        float[] rows = {0, 1, 2, 2, 3, 10};
        MemorySegment memory = arena.allocate(64L * rows.length, 64);
        for (int i = 0; i < rows.length; i++) {
            memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 64L * i, rows[i]);
        }
        DenseVectors vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, 1, rows.length, 64, memory);
        return new RecallJudge(vectors, new float[][]{{0}}, new int[][]{truth}, k);
    }

    private static void assertHits(long byDistance, long byId, RecallJudge.Hits hits) {
        assertEquals(byDistance, hits.byDistance(), "by distance");
        assertEquals(byId, hits.byId(), "by id");
        assertEquals(3, hits.of());
    }

    @Test
    void exactAnswerIsAllRight() {
        assertHits(3, 3, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, 1, 2}, null));
    }

    @Test
    void aTieCountsByDistanceButNotById() {
        assertHits(3, 2, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, 1, 3}, null));
    }

    @Test
    void aFartherRowIsAMiss() {
        assertHits(2, 2, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, 1, 4}, null));
    }

    @Test
    void fewerAnswersAreMisses() {
        assertHits(1, 1, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{1}, null));
        assertHits(0, 0, judge(new int[]{0, 1, 2}, 3).judge(0, new int[0], null));
    }

    @Test
    void repeatedAndUnknownIdsNeverCount() {
        assertHits(1, 1, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, 0, 0}, null));
        assertHits(1, 1, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, -1, 6}, null));
    }

    @Test
    void moreThanKAnswersDoNotHelp() {
        assertHits(2, 2, judge(new int[]{0, 1, 2}, 3).judge(0, new int[]{0, 1, 5, 2, 3}, null));
    }

    @Test
    void anIdOutsideTheFilterNeverCounts() {
        AcceptSet odd = AcceptSet.of("odd", new long[]{0b101010}, 6); // rows 1, 3, 5
        RecallJudge judge = judge(new int[]{1, 3, 5}, 3);
        assertHits(3, 3, judge.judge(0, new int[]{1, 3, 5}, odd));
        assertHits(1, 1, judge.judge(0, new int[]{0, 1, 2}, odd));
    }

    @Test
    void aFilterWithFewerThanKRowsAsksForNoMoreThanItHas() {
        AcceptSet one = AcceptSet.of("one", new long[]{0b10}, 6);
        RecallJudge.Hits hits = judge(new int[]{1, -1, -1}, 3).judge(0, new int[]{1}, one);
        assertEquals(new RecallJudge.Hits(1, 1, 1), hits);
    }
}
