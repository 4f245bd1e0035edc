package dev.kith.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Tables in Markdown, which is also how the terminal shows them.
public final class Tables {
    private Tables() {}

    /// A data set under a filter: what one table is about.
    public record Scene(String dataset, String filter) {
        /// In words.
        public String title() {
            return dataset + (filter.isEmpty() ? "" : ", filter " + filter);
        }
    }

    /// The scenes in the order of their rows.
    public static Set<Scene> scenes(List<Row> rows) {
        Set<Scene> scenes = new LinkedHashSet<>();
        for (Row row : rows) {
            scenes.add(new Scene(row.text(Column.DATASET), row.text(Column.FILTER)));
        }
        return scenes;
    }

    /// The points of each engine in a scene.
    public static Map<String, List<Pareto.Point<Row>>> points(List<Row> rows, Scene scene) {
        Map<String, List<Pareto.Point<Row>>> points = new LinkedHashMap<>();
        for (Row row : rows) {
            if (scene.equals(new Scene(row.text(Column.DATASET), row.text(Column.FILTER)))) {
                points.computeIfAbsent(row.text(Column.ENGINE), _ -> new ArrayList<>())
                        .add(new Pareto.Point<>(row.number(Column.RECALL), row.number(Column.QPS), row));
            }
        }
        return points;
    }

    /// Queries per CPU second at each target.
    public static String speeds(List<Row> rows, Scene scene, List<Double> targets) {
        StringBuilder out = new StringBuilder("| engine |");
        targets.forEach(t -> out.append(" @").append(t).append(" |"));
        out.append(" best recall | distances @").append(targets.getLast()).append(" | |\n|---|")
                .append("---:|".repeat(targets.size()))
                .append("---:|---:|---|\n");
        points(rows, scene).forEach((engine, points) -> {
            out.append("| ").append(engine).append(" |");
            targets.forEach(t -> out.append(' ').append(text(Pareto.at(points, t))).append(" |"));
            double best = points.stream().mapToDouble(Pareto.Point::recall).max().orElse(0);
            out.append(String.format(Locale.ROOT, " %.4f | %s | %s |%n", best, distances(points, targets.getLast()),
                    remark(points)));
        });
        return out.toString();
    }

    private static String distances(List<Pareto.Point<Row>> points, double target) {
        return Pareto.front(points).stream().filter(p -> p.recall() >= target).findFirst()
                .map(p -> p.what().number(Column.DISTANCES_PER_QUERY)).filter(d -> !Double.isNaN(d))
                .map(d -> String.format(Locale.ROOT, "%,.0f", d)).orElse("");
    }

    private static String remark(List<Pareto.Point<Row>> points) {
        Row row = points.getFirst().what();
        List<String> remarks = new ArrayList<>();
        if (row.text(Column.SOURCE).equals("external")) {
            remarks.add("external");
        }
        if (!row.text(Column.NOTE).isEmpty()) {
            remarks.add(row.text(Column.NOTE));
        }
        return String.join("; ", remarks);
    }

    private static String text(Pareto.Reached reached) {
        return switch (reached) {
            case Pareto.Reached.At at -> number(at.qps());
            case Pareto.Reached.AtLeast atLeast -> ">" + number(atLeast.qps());
            case Pareto.Reached.Not _ -> "not reached";
        };
    }

    private static String number(double qps) {
        return String.format(Locale.ROOT, qps < 100 ? "%.1f" : "%,.0f", qps);
    }

    /// Speed of each of our engines over that of each other engine, at each target. `>` and `<` where one of the two is
    /// only bounded: its fastest point already has more recall than asked.
    public static String ratios(List<Row> rows, Scene scene, List<Double> targets) {
        Map<String, List<Pareto.Point<Row>>> points = points(rows, scene);
        List<String> ours = points.keySet().stream().filter(e -> e.startsWith("kith-")).toList();
        StringBuilder out = new StringBuilder("| ours / peer |");
        targets.forEach(t -> out.append(" @").append(t).append(" |"));
        out.append("\n|---|").append("---:|".repeat(targets.size())).append('\n');
        for (String our : ours) {
            points.forEach((peer, theirs) -> {
                if (!ours.contains(peer)) {
                    List<Pareto.Point<Row>> own = points.getOrDefault(our, List.of());
                    out.append("| ").append(our).append(" / ").append(peer).append(" |");
                    targets.forEach(t -> out.append(' ').append(ratio(Pareto.at(own, t), Pareto.at(theirs, t))).append(" |"));
                    out.append('\n');
                }
            });
        }
        return ours.isEmpty() ? "" : out.toString();
    }

    private static String ratio(Pareto.Reached our, Pareto.Reached peer) {
        if (our instanceof Pareto.Reached.Not) {
            return peer instanceof Pareto.Reached.Not ? "neither" : "ours not reached";
        }
        if (peer instanceof Pareto.Reached.Not) {
            return "peer not reached";
        }
        boolean ourBound = our instanceof Pareto.Reached.AtLeast;
        boolean peerBound = peer instanceof Pareto.Reached.AtLeast;
        String sign = ourBound == peerBound ? (ourBound ? "~" : "") : ourBound ? ">" : "<";
        return sign + String.format(Locale.ROOT, "%.2f", our.speed() / peer.speed());
    }

    /// Build time and memory, one line an engine.
    public static String costs(List<Row> rows, String dataset) {
        StringBuilder out = new StringBuilder(
                "| engine | build CPU s | build s | threads | index MB | heap MB | native MB | mapped MB | resident MB | open ms "
                        + "| first query us |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        Set<String> seen = new LinkedHashSet<>();
        for (Row row : rows) {
            if (row.text(Column.DATASET).equals(dataset) && seen.add(row.text(Column.ENGINE))) {
                out.append("| ").append(row.text(Column.ENGINE)).append(" | ").append(one(row, Column.BUILD_CPU_S, 1))
                        .append(" | ")
                        .append(one(row, Column.BUILD_S, 1)).append(" | ").append(row.text(Column.BUILD_THREADS));
                for (Column bytes : List.of(Column.INDEX_BYTES, Column.HEAP_BYTES, Column.NATIVE_BYTES, Column.MAPPED_BYTES,
                        Column.RESIDENT_BYTES)) {
                    out.append(" | ").append(one(row, bytes, 1e6));
                }
                out.append(" | ").append(one(row, Column.OPEN_MS, 1)).append(" | ").append(one(row, Column.FIRST_QUERY_US, 1))
                        .append(" |\n");
            }
        }
        return out.toString();
    }

    private static String one(Row row, Column column, double unit) {
        double value = row.number(column);
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,.1f", value / unit);
    }
}
