package dev.kith.bench.cold;

import dev.kith.bench.harness.ColdStart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Figures of starts from cold: medians over the rounds, a line an engine.
public final class ColdReport {
    private static final long SECOND = 1_000_000_000L;
    private final ColdPlan.Effort effort;
    private final List<Line> lines;

    /// @param started at least one engine
    public ColdReport(ColdPlan.Effort effort, List<ColdRun.Started> started) {
        this.effort = effort;
        List<Curves> all = started.stream().map(of -> new Curves(of, curves(of))).toList();
        this.lines = all.stream().map(own -> line(own, all)).toList();
    }

    private record Curves(ColdRun.Started of, List<ColdCurve> rounds) {
        double endSpeed() {
            return ColdCurve.median(rounds.stream().map(ColdCurve::endSpeed).toList());
        }
    }

    /// One engine's figures; NaN where something did not happen in the time.
    ///
    /// @param openMillis by the wall clock, as the two that follow
    /// @param answerCpuMillis CPU time of the process until the first answer
    /// @param answered queries answered by 1, 2 and 5 seconds after the begin of opening
    /// @param endSpeed queries a second at the end
    /// @param passesSeconds until it is faster than the end speed of each engine that ends slower; NaN where none does
    public record Line(ColdRun.Started of, double openMillis, double queryMillis, double answerMillis, double answerCpuMillis,
            List<Double> answered, double endSpeed, double steadySeconds, double passesSeconds) {}

    /// A line an engine, in the order in which they were given.
    public List<Line> lines() {
        return lines;
    }

    private List<ColdCurve> curves(ColdRun.Started of) {
        return of.starts().stream().map(s -> new ColdCurve(s.marks(), effort.clock(), effort.windowNanos())).toList();
    }

    private static double median(Curves own, ToDoubleFunction<ColdStart> value) {
        return ColdCurve.median(own.of.starts().stream().map(value::applyAsDouble).toList());
    }

    private static Line line(Curves own, List<Curves> all) {
        List<Double> answered = new ArrayList<>();
        for (long seconds : new long[]{1, 2, 5}) {
            answered.add(ColdCurve.median(own.rounds.stream().map(c -> c.answeredBy(seconds * SECOND)).toList()));
        }
        double end = own.endSpeed();
        double slower = all.stream().mapToDouble(Curves::endSpeed).filter(s -> s < end).max().orElse(Double.NaN);
        return new Line(own.of, median(own, s -> s.opened().wallNanos() / 1e6),
                median(own, s -> (s.firstAnswer().wallNanos() - s.opened().wallNanos()) / 1e6),
                median(own, s -> s.firstAnswer().wallNanos() / 1e6), median(own, s -> s.firstAnswer().cpuNanos() / 1e6), answered,
                end, ColdCurve.median(own.rounds.stream().map(ColdCurve::steadySeconds).toList()),
                Double.isNaN(slower) ? Double.NaN : ColdCurve.median(own.rounds.stream().map(c -> c.reaches(slower)).toList()));
    }

    /// The lines as a Markdown table.
    public String markdown() {
        StringBuilder out = new StringBuilder(
                "| engine | setting | recall | open ms | first query ms | first answer ms | CPU ms | "
                        + "answered in 1 s | in 2 s | in 5 s | end speed | steady after s | faster than all slower ones after s |\n"
                        + "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Line line : lines) {
            out.append(String.join(" | ", List.of("| " + line.of.engine(), line.of.setting().text(),
                    text("%.4f", line.of.recall()), text("%,.0f", line.openMillis), text("%,.0f", line.queryMillis),
                    text("%,.0f", line.answerMillis), text("%,.0f", line.answerCpuMillis), text("%,.0f", line.answered.get(0)),
                    text("%,.0f", line.answered.get(1)), text("%,.0f", line.answered.get(2)), text("%,.0f", line.endSpeed),
                    text("%.1f", line.steadySeconds), text("%.1f", line.passesSeconds)))).append(" |\n");
        }
        return out.toString();
    }

    /// The lines, comma-separated, with a header; what did not happen is empty.
    public String csv() {
        StringBuilder out = new StringBuilder("engine,setting,recall,rounds,clock,pages_dropped,open_ms,first_query_ms,"
                + "first_answer_ms,first_answer_cpu_ms,answered_1s,answered_2s,answered_5s,end_qps,steady_s,passes_slower_s\n");
        for (Line line : lines) {
            out.append(String.join(",", List.of(line.of.engine(), line.of.setting().text().replace(',', ' '),
                    text("%.4f", line.of.recall()), Integer.toString(line.of.starts().size()),
                    effort.clock().name().toLowerCase(Locale.ROOT), line.of.dropped() ? "yes" : "no",
                    text("%.1f", line.openMillis), text("%.1f", line.queryMillis), text("%.1f", line.answerMillis),
                    text("%.1f", line.answerCpuMillis), text("%.0f", line.answered.get(0)), text("%.0f", line.answered.get(1)),
                    text("%.0f", line.answered.get(2)), text("%.0f", line.endSpeed), text("%.2f", line.steadySeconds),
                    text("%.2f", line.passesSeconds)))).append('\n');
        }
        return out.toString();
    }

    /// The speed in every window of every round, comma-separated, with a header.
    public String windowsCsv() {
        StringBuilder out = new StringBuilder("engine,round,from_s,qps\n");
        for (Line line : lines.stream().sorted(Comparator.comparing((Line l) -> l.of.engine())).toList()) {
            List<ColdCurve> curves = curves(line.of);
            for (int round = 0; round < curves.size(); round++) {
                List<Double> speeds = curves.get(round).speeds();
                for (int i = 0; i < speeds.size(); i++) {
                    out.append(String.format(Locale.ROOT, "%s,%d,%.3f,%.0f\n", line.of.engine(), round + 1,
                            i * effort.windowNanos() / 1e9, speeds.get(i)));
                }
            }
        }
        return out.toString();
    }

    private static String text(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }
}
