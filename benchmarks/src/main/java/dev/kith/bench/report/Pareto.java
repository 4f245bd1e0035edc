package dev.kith.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Fronts of points (recall, queries per second), and what lies between them.
public final class Pareto {
    private Pareto() {}

    /// A point, with whatever it stands for.
    public record Point<T>(double recall, double qps, T what) {}

    /// The points that no other beats in recall and speed at once, by rising recall.
    public static <T> List<Point<T>> front(List<Point<T>> points) {
        List<Point<T>> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.<Point<T>>comparingDouble(Point::recall).reversed()
                .thenComparing(Comparator.<Point<T>>comparingDouble(Point::qps).reversed()));
        List<Point<T>> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (Point<T> point : sorted) {
            if (point.qps > best) {
                front.add(point);
                best = point.qps;
            }
        }
        return front.reversed();
    }

    /// The speed at a recall.
    public sealed interface Reached {
        /// Between two measured points, by the logarithm of the speed.
        record At(double qps) implements Reached {}

        /// Even the fastest measured point has a higher recall; this is its speed.
        record AtLeast(double qps) implements Reached {}

        /// No measured point has it.
        record Not(double bestRecall) implements Reached {}

        /// The speed, NaN if not reached.
        default double speed() {
            return switch (this) {
                case At at -> at.qps;
                case AtLeast atLeast -> atLeast.qps;
                case Not _ -> Double.NaN;
            };
        }
    }

    /// The speed at `recall` along the front of these points. Never extrapolates.
    public static <T> Reached at(List<Point<T>> points, double recall) {
        List<Point<T>> front = front(points);
        if (front.isEmpty() || front.getLast().recall < recall) {
            return new Reached.Not(front.isEmpty() ? 0 : front.getLast().recall);
        }
        Point<T> below = front.getFirst();
        if (below.recall >= recall) {
            return below.recall == recall ? new Reached.At(below.qps) : new Reached.AtLeast(below.qps);
        }
        for (Point<T> above : front) {
            if (above.recall >= recall) {
                double share = (recall - below.recall) / (above.recall - below.recall);
                return new Reached.At(Math.exp(Math.log(below.qps) * (1 - share) + Math.log(above.qps) * share));
            }
            below = above;
        }
        throw new IllegalStateException("the front ends above the recall");
    }
}
