package dev.kith.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Speeds at a recall are interpolated, never invented.
class ParetoTest {
    private static Pareto.Point<String> point(double recall, double qps) {
        return new Pareto.Point<>(recall, qps, "");
    }

    @Test
    void frontLeavesOutBeatenPoints() {
        assertEquals(List.of(point(0.8, 200), point(0.95, 50)),
                Pareto.front(List.of(point(0.95, 50), point(0.7, 150), point(0.8, 200), point(0.9, 40), point(0.95, 45))));
    }

    @Test
    void betweenTwoPointsTheLogarithmIsLinear() {
        Pareto.Reached reached = Pareto.at(List.of(point(0.8, 1000), point(0.9, 10)), 0.85);
        assertEquals(100, reached.speed(), 1e-6);
        assertEquals(10, Pareto.at(List.of(point(0.8, 1000), point(0.9, 10)), 0.9).speed(), 1e-9);
    }

    @Test
    void aboveTheBestPointNothingIsReached() {
        assertEquals(new Pareto.Reached.Not(0.9), Pareto.at(List.of(point(0.8, 1000), point(0.9, 10)), 0.91));
    }

    @Test
    void belowTheFastestPointIsOnlyABound() {
        assertEquals(new Pareto.Reached.AtLeast(1000), Pareto.at(List.of(point(0.8, 1000), point(0.9, 10)), 0.7));
    }
}
