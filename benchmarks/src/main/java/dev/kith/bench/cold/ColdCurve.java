package dev.kith.bench.cold;

import dev.kith.bench.harness.ColdStart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Speed over time of one start, in windows of equal length from where opening begins; between two marks queries are taken as evenly spread.
///
/// @param marks in the order of time
/// @param windowNanos length of a window on that clock
public record ColdCurve(List<ColdStart.Mark> marks, ColdStart.Clock clock, long windowNanos) {
    /// So many windows in a row must be near the end speed to be called steady.
    static final int STEADY_WINDOWS = 10;
    /// How near.
    static final double STEADY_SHARE = 0.10;

    /// Checks that there is a window.
    public ColdCurve {
        if (marks.isEmpty() || windowNanos < 1 || marks.getLast().nanos(clock) < windowNanos) {
            throw new IllegalArgumentException("a curve needs at least one window of " + windowNanos + " ns, was " + marks);
        }
        marks = List.copyOf(marks);
    }

    /// Queries answered by a time after the begin of opening; NaN if it ended before.
    public double answeredBy(long nanos) {
        ColdStart.Mark before = new ColdStart.Mark(0, 0, 0);
        for (ColdStart.Mark mark : marks) {
            if (mark.nanos(clock) >= nanos) {
                double span = mark.nanos(clock) - before.nanos(clock);
                double share = span == 0 ? 1 : (nanos - before.nanos(clock)) / span;
                return before.answered() + share * (mark.answered() - before.answered());
            }
            before = mark;
        }
        return Double.NaN;
    }

    /// Queries a second in each whole window.
    public List<Double> speeds() {
        List<Double> speeds = new ArrayList<>();
        long end = marks.getLast().nanos(clock);
        for (long from = 0; from + windowNanos <= end; from += windowNanos) {
            speeds.add((answeredBy(from + windowNanos) - answeredBy(from)) * 1e9 / windowNanos);
        }
        return speeds;
    }

    /// The median speed of the last windows: of ten, or of the second half where there are fewer than twenty.
    public double endSpeed() {
        List<Double> speeds = speeds();
        int n = Math.min(STEADY_WINDOWS, (speeds.size() + 1) / 2);
        return median(speeds.subList(speeds.size() - n, speeds.size()));
    }

    /// Seconds until the first window that begins a run of ten, or of all that are left, within 10 % of the end speed; NaN if there is none.
    public double steadySeconds() {
        List<Double> speeds = speeds();
        double end = endSpeed();
        int near = 0;
        double first = Double.NaN;
        for (int i = speeds.size() - 1; i >= 0; i--) {
            near = Math.abs(speeds.get(i) - end) <= STEADY_SHARE * end ? near + 1 : 0;
            if (near >= STEADY_WINDOWS || near == speeds.size() - i && near > 0) {
                first = i * windowNanos / 1e9;
            }
        }
        return first;
    }

    /// Seconds until the first window at that speed or a higher one; NaN if there is none.
    public double reaches(double speed) {
        List<Double> speeds = speeds();
        for (int i = 0; i < speeds.size(); i++) {
            if (speeds.get(i) >= speed) {
                return i * windowNanos / 1e9;
            }
        }
        return Double.NaN;
    }

    /// The median; NaN, which stands for what did not happen, counts as larger than all.
    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }
}
