package dev.kith.bench.report;

import dev.kith.bench.report.Canvas.Anchor;
import dev.kith.bench.report.Canvas.Pen;
import dev.kith.bench.report.Canvas.Type;
import java.util.List;
import java.util.Locale;

/// Horizontal bars, each of one or more parts laid end to end.
final class BarChart {
    static final int WIDTH = 860;
    private static final double LEFT = 170;
    private static final double RIGHT = 760;
    private static final double TOP = 66;
    private static final double ROW = 24;

    /// One bar; `parts` and the chart's `partColours` go together, a single part takes `colour`.
    record Bar(String label, double[] parts, String colour) {
        double total() {
            double sum = 0;
            for (double part : parts) {
                sum += part;
            }
            return sum;
        }
    }

    private final String title;
    private final String unit;
    private final List<String> partNames;
    private final List<String> partColours;
    private final List<Bar> bars;

    BarChart(String title, String unit, List<String> partNames, List<String> partColours, List<Bar> bars) {
        this.title = title;
        this.unit = unit;
        this.partNames = partNames;
        this.partColours = partColours;
        this.bars = bars;
    }

    int height() {
        return (int) (TOP + ROW * bars.size() + 20);
    }

    void draw(Canvas canvas) {
        canvas.text(20, 26, title, new Type("#111111", 17, true, Anchor.START));
        double at = LEFT;
        for (int i = 0; i < partNames.size(); i++) {
            canvas.box(at, 38, 12, 12, partColours.get(i));
            canvas.text(at + 17, 49, partNames.get(i), new Type("#333333", 12, false, Anchor.START));
            at += 40 + 7.2 * partNames.get(i).length();
        }
        double most = bars.stream().mapToDouble(Bar::total).max().orElse(1);
        double y = TOP;
        for (Bar bar : bars) {
            canvas.text(LEFT - 8, y + 14, bar.label, new Type(bar.colour, 13, Palette.ours(bar.label), Anchor.END));
            double x = LEFT;
            for (int i = 0; i < bar.parts.length; i++) {
                double width = most <= 0 ? 0 : bar.parts[i] / most * (RIGHT - LEFT);
                canvas.box(x, y + 3, width, ROW - 8, bar.parts.length == 1 ? bar.colour : partColours.get(i));
                x += width;
            }
            String value = String.format(Locale.ROOT, bar.total() < 10 ? "%.1f %s" : "%,.0f %s", bar.total(), unit);
            canvas.text(x + 6, y + 14, value, new Type("#333333", 12, false, Anchor.START));
            y += ROW;
        }
        canvas.line(LEFT, TOP - 4, LEFT, y, new Pen("#555555", 1.2, false));
    }
}
