package dev.kith.bench.report;

import dev.kith.bench.report.Tables.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One self-contained HTML file with pictures and tables, and each picture alone as SVG and PNG.
public final class Report {
    private static final List<String> MEMORY_PARTS = List.of("heap", "native", "mapped and resident");
    private static final List<String> MEMORY_COLOURS = List.of("#d55e00", "#e69f00", "#56b4e9");
    private final List<Row> rows;
    private final List<Double> targets;
    private final Palette palette = new Palette();

    /// @param targets recalls of the tables
    public Report(List<Row> rows, List<Double> targets) {
        this.rows = rows;
        this.targets = targets;
    }

    @FunctionalInterface
    private interface Drawing {
        void on(Canvas canvas);
    }

    private record Picture(String name, int width, int height, Drawing drawing) {
        String svg() {
            SvgCanvas canvas = new SvgCanvas(width, height);
            drawing.on(canvas);
            return canvas.svg();
        }
    }

    /// All tables in Markdown.
    public String markdown() {
        StringBuilder out = new StringBuilder();
        for (Scene scene : Tables.scenes(rows)) {
            out.append("\n## ").append(scene.title()).append(": queries per CPU second of one query thread\n\n")
                    .append(Tables.speeds(rows, scene, targets)).append('\n').append(Tables.ratios(rows, scene, targets));
        }
        for (String dataset : datasets()) {
            out.append("\n## ").append(dataset).append(": what it costs\n\n").append(Tables.costs(rows, dataset));
        }
        return out.toString();
    }

    private List<String> datasets() {
        return rows.stream().map(r -> r.text(Column.DATASET)).distinct().toList();
    }

    private List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        for (Scene scene : Tables.scenes(rows)) {
            CurveChart chart = new CurveChart(scene.title(), Tables.points(rows, scene), palette);
            pictures.add(new Picture("recall-" + fileName(scene.title()), CurveChart.WIDTH, CurveChart.HEIGHT, chart::draw));
        }
        for (String dataset : datasets()) {
            Map<String, Row> engines = new LinkedHashMap<>();
            rows.stream().filter(r -> r.text(Column.DATASET).equals(dataset))
                    .forEach(r -> engines.putIfAbsent(r.text(Column.ENGINE), r));
            BarChart build = new BarChart(dataset + ": build time, CPU seconds of one thread", "s", List.of(), List.of(),
                    bars(engines, Column.BUILD_CPU_S));
            pictures.add(new Picture("build-" + fileName(dataset), BarChart.WIDTH, build.height(), build::draw));
            BarChart memory = new BarChart(dataset + ": memory of an opened, warm index", "MB", MEMORY_PARTS, MEMORY_COLOURS,
                    bars(engines, Column.HEAP_BYTES, Column.NATIVE_BYTES, Column.MAPPED_BYTES));
            pictures.add(new Picture("memory-" + fileName(dataset), BarChart.WIDTH, memory.height(), memory::draw));
        }
        return pictures;
    }

    private List<BarChart.Bar> bars(Map<String, Row> engines, Column... parts) {
        List<BarChart.Bar> bars = new ArrayList<>();
        engines.forEach((engine, row) -> {
            double[] values = new double[parts.length];
            double unit = parts.length == 1 ? 1 : 1e6;
            for (int i = 0; i < parts.length; i++) {
                double value = row.number(parts[i]);
                values[i] = Double.isNaN(value) ? 0 : value / unit;
            }
            if (Arrays.stream(values).sum() > 0.05) {
                bars.add(new BarChart.Bar(engine, values, palette.of(engine)));
            }
        });
        bars.sort(java.util.Comparator.comparingDouble(BarChart.Bar::total));
        return bars;
    }

    private static String fileName(String title) {
        return title.replaceAll("[^A-Za-z0-9]+", "-");
    }

    /// Writes the report.
    ///
    /// @param facts the machine, one fact a line
    /// @param command how to run it again
    public void html(Path file, List<String> facts, String command) throws IOException {
        StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Kith beside its peers</title><style>body{font-family:Helvetica,Arial,sans-serif;max-width:900px;margin:2em auto;"
                + "padding:0 1em;color:#222}table{border-collapse:collapse;margin:1em 0;font-size:13px}td,th{padding:3px 9px;"
                + "border-bottom:1px solid #ddd;text-align:right}td:first-child,th:first-child{text-align:left}"
                + "svg{max-width:100%;height:auto}pre{background:#f4f4f4;padding:8px;overflow-x:auto}</style></head><body>\n"
                + "<h1>Kith beside its peers</h1>\n<ul>\n");
        facts.forEach(f -> out.append("<li>").append(SvgCanvas.escape(f)).append("</li>\n"));
        out.append("</ul>\n<pre>").append(SvgCanvas.escape(command)).append("</pre>\n");
        pictures().forEach(p -> out.append(p.svg()));
        out.append(tables(markdown()));
        out.append(
                "<p>QPS is queries per CPU second of the query thread. &gt;: the fastest measured setting already has more recall."
                        + " Settings were chosen on one half of the queries and are reported on the other.</p></body></html>\n");
        Files.writeString(file, out);
    }

    /// The Markdown of [Tables] as HTML: headings and tables are all it has.
    private static String tables(String markdown) {
        StringBuilder out = new StringBuilder();
        boolean table = false;
        for (String line : markdown.split("\n")) {
            boolean row = line.startsWith("|");
            if (table && !row) {
                out.append("</table>\n");
                table = false;
            }
            if (line.startsWith("## ")) {
                out.append("<h2>").append(SvgCanvas.escape(line.substring(3))).append("</h2>\n");
            } else if (row && !line.startsWith("|---")) {
                String cell = table ? "td" : "th";
                if (!table) {
                    out.append("<table>\n");
                    table = true;
                }
                out.append("<tr>");
                String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
                for (String text : cells) {
                    out.append('<').append(cell).append('>').append(SvgCanvas.escape(text.strip())).append("</").append(cell)
                            .append('>');
                }
                out.append("</tr>\n");
            }
        }
        return out.append(table ? "</table>\n" : "").toString();
    }

    /// Writes every picture as `NAME.svg` and `NAME.png` into the folder.
    public void pictures(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Picture picture : pictures()) {
            Files.writeString(folder.resolve(picture.name + ".svg"), picture.svg());
            ImageCanvas image = new ImageCanvas(picture.width, picture.height);
            picture.drawing.on(image);
            image.write(folder.resolve(picture.name + ".png"));
        }
    }
}
