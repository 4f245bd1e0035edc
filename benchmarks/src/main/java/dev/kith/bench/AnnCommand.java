package dev.kith.bench;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.Engines;
import dev.kith.bench.harness.AnnPlan;
import dev.kith.bench.harness.AnnRun;
import dev.kith.bench.harness.FilterCase;
import dev.kith.bench.harness.FilterCases;
import dev.kith.bench.harness.IndexCache;
import dev.kith.bench.report.Column;
import dev.kith.bench.report.Machine;
import dev.kith.bench.report.Report;
import dev.kith.bench.report.ResultsCsv;
import dev.kith.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench ann`: recall against speed, engines side by side.
@Command(name = "ann", mixinStandardHelpOptions = true, description = "Recall against speed, engines side by side.")
final class AnnCommand implements Callable<Integer> {
    private static final int QUICK_ROWS = 20_000;
    private static final int QUICK_QUERIES = 1_000;

    @Spec
    @Nullable CommandSpec spec;

    @Mixin DataOptions data = new DataOptions();

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--engines", split = ",", description = "Engines by name, or all; see --list.") List<String> engines = List
            .of("kith-hnsw", "lucene-hnsw", "jvector");

    @Option(names = "--list", description = "Lists the engines and ends.") boolean list;

    @Option(names = "--k", defaultValue = "10", description = "Neighbours asked for (${DEFAULT-VALUE}).") int k = 10;

    @Option(names = "--targets", split = ",", description = "Recalls whose speed is wanted (0.90,0.95,0.99).") List<Double> targets = List
            .of(0.90, 0.95, 0.99);

    @Option(names = "--threads", defaultValue = "1", description = "Query threads (${DEFAULT-VALUE}).") int threads = 1;

    @Option(names = "--rounds", defaultValue = "3", description = "Fresh processes per engine, in turns (${DEFAULT-VALUE}).") int rounds = 3;

    @Option(names = "--seconds", defaultValue = "0.7", description = "Time measured at each setting in each round (${DEFAULT-VALUE}).") double seconds = 0.7;

    @Option(names = "--warm-seconds", defaultValue = "15", description = "Longest warm-up (${DEFAULT-VALUE}).") double warmSeconds = 15;

    @Option(names = "--filters", split = ",", paramLabel = "FILTER", description = "Also search under filters: random[:PERCENT], region[:PERCENT], set[:PREDICATE].") List<String> filters = List
            .of();

    @Option(names = "--only-filters", description = "Leave out the unfiltered search.") boolean onlyFilters;

    @Option(names = "--quick", description = "The first 20,000 rows, one round: builds included in about 3 minutes.") boolean quick;

    @Option(names = "--external", description = "Results of other programs in the same columns, merged and marked.") List<Path> external = List
            .of();

    @Option(names = "--merge", description = "Rows of earlier runs of this command, merged as they are.") List<Path> merge = List
            .of();

    @Option(names = "--render", description = "Measure nothing: tables and pictures of --merge and --external alone.") boolean render;

    @Option(names = "--out", description = "Write all rows as CSV.")
    @Nullable Path out;

    @Option(names = "--html", description = "Write a self-contained report.")
    @Nullable Path html;

    @Option(names = "--pictures", description = "Write each picture as SVG and PNG into this folder.")
    @Nullable Path pictures;

    @Override
    public Integer call() throws IOException {
        PrintWriter print = Objects.requireNonNull(spec).commandLine().getOut();
        if (list) {
            Engines.all().forEach(e -> print.printf("%-22s %s%n", e.name(), e.description(common.build())));
            return 0;
        }
        if (quick) {
            data.rows = QUICK_ROWS;
            data.queryCount = data.queryCount == 0 ? QUICK_QUERIES : data.queryCount;
            rounds = 1;
            warmSeconds = Math.min(warmSeconds, 5);
            seconds = Math.min(seconds, 0.3);
        }
        VectorSet set = data.prepare(common.cache, common::log);
        List<Row> rows = new ArrayList<>();
        Map<String, String> failures = render ? Map.of() : measure(set, rows);
        for (Path file : merge) {
            ResultsCsv.read(file).stream().filter(r -> r.text(Column.DATASET).equals(set.name())).forEach(rows::add);
        }
        for (Path file : external) {
            ResultsCsv.read(file).stream().filter(r -> r.text(Column.DATASET).equals(set.name()))
                    .map(r -> r.with(Column.SOURCE, "external")).forEach(rows::add);
        }
        publish(print, rows, targets.stream().sorted().toList());
        failures.forEach((engine, why) -> print.println("\n" + engine + " was left out: " + why));
        print.flush();
        return rows.isEmpty() ? 1 : 0;
    }

    /// @return engines that failed, and why
    private Map<String, String> measure(VectorSet set, List<Row> rows) throws IOException {
        List<FilterCase> cases = new ArrayList<>();
        if (!onlyFilters) {
            cases.add(FilterCase.unfiltered(set.truth()));
        }
        cases.addAll(new FilterCases(set, data.folder(), Math.max(k, 20), common::log).of(filters));
        AnnPlan plan = new AnnPlan(set, chosen(), common.build(), cases, targets.stream().sorted().toList(),
                new AnnPlan.Effort(k, threads, rounds, seconds, warmSeconds));
        AnnRun run = new AnnRun(plan, common.workers(), new IndexCache(common.cache, common.workers(), common::log), common::log);
        rows.addAll(run.run(soFar -> {
            if (out != null) {
                ResultsCsv.write(out, soFar);
            }
        }));
        return run.failures();
    }

    private void publish(PrintWriter print, List<Row> rows, List<Double> wanted) throws IOException {
        Report report = new Report(rows, wanted);
        List<String> facts = Machine.facts();
        facts.forEach(print::println);
        print.print(report.markdown());
        if (out != null) {
            ResultsCsv.write(out, rows);
        }
        if (html != null) {
            report.html(html, facts, "./kith bench "
                    + String.join(" ", Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs()));
        }
        if (pictures != null) {
            report.pictures(pictures);
        }
    }

    private List<Engine> chosen() {
        List<Engine> chosen = new ArrayList<>();
        for (String name : engines) {
            if (name.equals("all")) {
                chosen.addAll(Engines.all());
            } else {
                chosen.add(Engines.byName(name));
            }
        }
        return chosen.stream().distinct().toList();
    }
}
