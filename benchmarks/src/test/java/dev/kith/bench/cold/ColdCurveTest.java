package dev.kith.bench.cold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.bench.engine.SearchSetting;
import dev.kith.bench.harness.ColdStart;
import dev.kith.bench.harness.ColdStart.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Figures of a start that is known to the query.
class ColdCurveTest {
    private static final long MS = 1_000_000;

    /// Open at 50 ms, first answer at 150 ms, then the given speeds in windows of 100 ms from 200 ms on; the process has half of the core.
    private static ColdStart start(double... speeds) {
        List<ColdStart.Mark> marks = new ArrayList<>();
        marks.add(new ColdStart.Mark(50 * MS, 25 * MS, 0));
        marks.add(new ColdStart.Mark(150 * MS, 75 * MS, 1));
        marks.add(new ColdStart.Mark(200 * MS, 100 * MS, 11));
        double answered = 11;
        for (int i = 0; i < speeds.length; i++) {
            answered += speeds[i] / 10;
            marks.add(new ColdStart.Mark((300 + 100 * i) * MS, (150 + 50 * i) * MS, Math.round(answered)));
        }
        return new ColdStart(marks, new int[][]{{1}});
    }

    private static ColdCurve curve(double... speeds) {
        return new ColdCurve(start(speeds).marks(), Clock.WALL, 100 * MS);
    }

    @Test
    void answersAreCountedBetweenMarksAndNeverBeyond() {
        ColdCurve curve = curve(1000, 2000);
        assertEquals(0, curve.answeredBy(0));
        assertEquals(0, curve.answeredBy(50 * MS));
        assertEquals(1, curve.answeredBy(150 * MS));
        assertEquals(11 + 50, curve.answeredBy(250 * MS), 1e-9);
        assertEquals(11 + 100 + 200, curve.answeredBy(400 * MS), 1e-9);
        assertTrue(Double.isNaN(curve.answeredBy(401 * MS)), "it ended before");
        assertEquals(List.of(5.0, 105.0, 1000.0, 2000.0), curve.speeds().stream().map(s -> Math.rint(s)).toList());
    }

    @Test
    void halfOfACoreIsTwiceAsFastByItsOwnTime() {
        List<ColdStart.Mark> marks = start(1000, 1000, 1000, 1000).marks();
        ColdCurve byCpu = new ColdCurve(marks, Clock.CPU, 50 * MS);
        assertEquals(2 * new ColdCurve(marks, Clock.WALL, 100 * MS).endSpeed(), byCpu.endSpeed(), 1e-6);
    }

    @Test
    void steadyBeginsWhereTenWindowsAreNearTheEnd() {
        double[] speeds = new double[30];
        for (int i = 0; i < speeds.length; i++) {
            speeds[i] = i < 5 ? 1000 : i == 8 ? 5000 : i % 2 == 0 ? 9800 : 10_200;
        }
        ColdCurve curve = curve(speeds);
        assertEquals(10_000, curve.endSpeed(), 1e-6);
        assertEquals(1.1, curve.steadySeconds(), 1e-9, "the window after the slow one, two windows were before the first");
        assertEquals(0.2, curve.reaches(900), 1e-9);
        assertEquals(0.7, curve.reaches(9000), 1e-9, "to pass a speed needs no steadiness");
        assertTrue(Double.isNaN(curve.reaches(20_000)));
    }

    @Test
    void aSpeedThatNeverSettlesIsNotCalledSteady() {
        double[] speeds = new double[30];
        for (int i = 0; i < speeds.length; i++) {
            speeds[i] = i % 3 == 0 ? 10_000 : i % 3 == 1 ? 5000 : 20_000;
        }
        assertTrue(Double.isNaN(curve(speeds).steadySeconds()));
    }

    @Test
    void whatDidNotHappenCountsAsLateInMedians() {
        assertEquals(2, ColdCurve.median(List.of(Double.NaN, 1.0, 2.0)));
        assertTrue(Double.isNaN(ColdCurve.median(List.of(Double.NaN, Double.NaN, 2.0))));
        assertEquals(1.5, ColdCurve.median(List.of(2.0, 1.0)));
    }

    @Test
    void aStartWithoutAnAnswerIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new ColdStart(List.of(new ColdStart.Mark(1, 1, 0)), new int[0][]));
        assertThrows(IllegalArgumentException.class, () -> new ColdCurve(start().marks(), Clock.WALL, 1000 * MS));
    }

    @Test
    void theLeastEffortIsFoundBetweenTwoOfTheSweep() throws IOException {
        List<SearchSetting> sweep = Stream.of(10, 20, 40, 80).map(SearchSetting::ef).toList();
        for (int least = 1; least <= 80; least++) {
            int enough = least;
            SearchSetting found = SettingSearch.least(sweep, 0.95, s -> s.effort() >= enough ? 0.96 : 0.94).orElseThrow();
            assertEquals(SearchSetting.ef(Math.max(10, least)), found);
        }
        assertTrue(SettingSearch.least(sweep, 0.95, _ -> 0.9).isEmpty());
        List<SearchSetting> two = List.of(new SearchSetting(10, 20, "ef=10,rerank=20"),
                new SearchSetting(20, 20, "ef=20,rerank=20"));
        assertEquals(two.get(1), SettingSearch.least(two, 0.95, s -> s.effort() > 10 ? 1 : 0).orElseThrow(),
                "two knobs: no halving");
    }
}
