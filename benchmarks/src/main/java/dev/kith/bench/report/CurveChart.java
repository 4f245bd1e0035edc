package dev.kith.bench.report;

import dev.kith.bench.report.Canvas.Anchor;
import dev.kith.bench.report.Canvas.Pen;
import dev.kith.bench.report.Canvas.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Speed over recall: the Pareto front of each engine. Speed is logarithmic, recall is spread towards 1 (by the logarithm
/// of what is missed), because that is where engines part.
final class CurveChart {
    static final int WIDTH = 860;
    static final int HEIGHT = 500;
    private static final double LEFT = 70;
    private static final double TOP = 60;
    private static final double RIGHT = 640;
    private static final double BOTTOM = 440;
    private static final double[] TICKS = {0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999};
    /// Recalls above this are drawn here: the logarithm of nothing missed has no place on the axis.
    private static final double MOST = 0.9995;
    private final String title;
    private final Map<String, List<Pareto.Point<Row>>> engines;
    private final Palette palette;
    private final double least;
    private final double low;
    private final double high;

    CurveChart(String title, Map<String, List<Pareto.Point<Row>>> engines, Palette palette) {
        this.title = title;
        this.engines = engines;
        this.palette = palette;
        List<Pareto.Point<Row>> all = engines.values().stream().flatMap(p -> Pareto.front(p).stream()).toList();
        double lowest = all.stream().mapToDouble(Pareto.Point::recall).min().orElse(0.5);
        double floor = Math.max(0.5, Math.min(lowest, 0.9));
        least = Arrays.stream(TICKS).filter(t -> t <= floor).max().orElse(0.5);
        low = Math.floor(Math.log10(all.stream().mapToDouble(Pareto.Point::qps).min().orElse(1)));
        high = Math.max(low + 1, Math.log10(all.stream().mapToDouble(Pareto.Point::qps).max().orElse(10) * 1.3));
    }

    private static double spread(double recall) {
        return -Math.log10(1 - Math.min(recall, MOST));
    }

    private double x(double recall) {
        return LEFT + (spread(recall) - spread(least)) / (spread(MOST) - spread(least)) * (RIGHT - LEFT);
    }

    private double y(double qps) {
        return BOTTOM - (Math.log10(qps) - low) / (high - low) * (BOTTOM - TOP);
    }

    void draw(Canvas canvas) {
        canvas.text(LEFT, 26, title, new Type("#111111", 17, true, Anchor.START));
        axes(canvas);
        record Label(String engine, String text, double y) {}
        List<Label> labels = new ArrayList<>();
        engines.forEach((engine, points) -> {
            List<Pareto.Point<Row>> front = Pareto.front(points).stream().filter(p -> p.recall() >= least).toList();
            if (!front.isEmpty()) {
                curve(canvas, engine, front);
                double end = y(front.getLast().qps());
                boolean external = front.getFirst().what().text(Column.SOURCE).equals("external");
                labels.add(new Label(engine, engine + (external ? " (external)" : ""), end));
            } else if (!points.isEmpty()) {
                labels.add(new Label(engine, engine + " (below " + least + ")", BOTTOM));
            }
        });
        labels.sort(Comparator.comparingDouble(Label::y));
        double gap = Math.min(22, (BOTTOM - TOP) / Math.max(1, labels.size()));
        double at = TOP;
        double room = BOTTOM - TOP - gap * labels.size();
        for (Label label : labels) {
            // As near to the end of its curve as order and room allow.
            double wanted = Math.max(at, Math.min(label.y, at + Math.max(0, room)));
            room -= Math.max(0, wanted - at);
            Type type = new Type(palette.of(label.engine), 13, Palette.ours(label.engine), Anchor.START);
            canvas.line(RIGHT + 12, wanted, RIGHT + 30, wanted,
                    new Pen(palette.of(label.engine), Palette.ours(label.engine) ? 3.5 : 2, label.text.endsWith("(external)")));
            canvas.text(RIGHT + 36, wanted + 4.5, label.text, type);
            at = wanted + gap;
        }
    }

    private void axes(Canvas canvas) {
        Pen grid = new Pen("#e2e2e2", 1, false);
        Type tick = new Type("#444444", 12, false, Anchor.MIDDLE);
        for (double recall : TICKS) {
            if (recall >= least) {
                canvas.line(x(recall), TOP, x(recall), BOTTOM, grid);
                canvas.text(x(recall), BOTTOM + 18, trim(recall), tick);
            }
        }
        Type side = new Type("#444444", 12, false, Anchor.END);
        for (int decade = (int) low; decade <= Math.ceil(high); decade++) {
            for (int digit : new int[]{1, 2, 5}) {
                double qps = digit * Math.pow(10, decade);
                if (Math.log10(qps) >= low - 1e-9 && Math.log10(qps) <= high + 1e-9) {
                    canvas.line(LEFT, y(qps), RIGHT, y(qps), digit == 1 ? new Pen("#bdbdbd", 1, false) : grid);
                    canvas.text(LEFT - 8, y(qps) + 4, String.format(Locale.ROOT, qps < 1 ? "%.1f" : "%,.0f", qps), side);
                }
            }
        }
        canvas.line(LEFT, BOTTOM, RIGHT, BOTTOM, new Pen("#555555", 1.2, false));
        canvas.line(LEFT, TOP, LEFT, BOTTOM, new Pen("#555555", 1.2, false));
        Type name = new Type("#222222", 13, false, Anchor.MIDDLE);
        canvas.text((LEFT + RIGHT) / 2, BOTTOM + 40, "recall@k (spread towards 1; farther right is better)", name);
        canvas.text(LEFT, TOP - 8, "queries per CPU second (log; higher is better)",
                new Type("#222222", 13, false, Anchor.START));
    }

    private static String trim(double recall) {
        return Double.toString(recall).replaceAll("0+$", "");
    }

    private void curve(Canvas canvas, String engine, List<Pareto.Point<Row>> front) {
        double[] xs = front.stream().mapToDouble(p -> x(p.recall())).toArray();
        double[] ys = front.stream().mapToDouble(p -> y(p.qps())).toArray();
        boolean ours = Palette.ours(engine);
        boolean external = front.getFirst().what().text(Column.SOURCE).equals("external");
        canvas.path(xs, ys, new Pen(palette.of(engine), ours ? 3.2 : 1.8, external));
        for (int i = 0; i < xs.length; i++) {
            canvas.dot(xs[i], ys[i], ours ? 4 : 3, palette.of(engine));
        }
    }
}
