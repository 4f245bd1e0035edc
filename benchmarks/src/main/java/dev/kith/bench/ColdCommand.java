package dev.kith.bench;

import dev.kith.bench.cold.ColdPlan;
import dev.kith.bench.cold.ColdReport;
import dev.kith.bench.cold.ColdRun;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.Engines;
import dev.kith.bench.harness.ColdStart;
import dev.kith.bench.harness.IndexCache;
import dev.kith.bench.report.Machine;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// `bench cold`: engines from a cold start.
@Command(name = "cold", mixinStandardHelpOptions = true, description = "How soon engines answer in a fresh process, and how soon they are as fast as they will be.")
final class ColdCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin DataOptions data = new DataOptions();

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--engines", split = ",", description = "Engines by name (${DEFAULT-VALUE}).", defaultValue = "kith-hnsw,lucene-hnsw,jvector-fusedpq,jvector") List<String> engines = List
            .of();

    @Option(names = "--recall", defaultValue = "0.95", description = "Recall that the one setting of each engine reaches (${DEFAULT-VALUE}).") double recall = 0.95;

    @Option(names = "--settings", split = ",", paramLabel = "ENGINE=EF", description = "efSearch of engines whose setting is not to be looked for.") Map<String, Integer> settings = Map
            .of();

    @Option(names = "--k", defaultValue = "10", description = "Neighbours asked for (${DEFAULT-VALUE}).") int k = 10;

    @Option(names = "--rounds", defaultValue = "3", description = "Fresh processes per engine, in turns (${DEFAULT-VALUE}).") int rounds = 3;

    @Option(names = "--seconds", defaultValue = "10", description = "How long each is asked, from the begin of opening (${DEFAULT-VALUE}).") double seconds = 10;

    @Option(names = "--window-millis", defaultValue = "100", description = "Length of a window (${DEFAULT-VALUE}).") int windowMillis = 100;

    @Option(names = "--clock", defaultValue = "wall", description = "What time is told by: wall, or cpu, the CPU time of the whole process, for a core that others share (${DEFAULT-VALUE}).") ColdStart.Clock clock = ColdStart.Clock.WALL;

    @Option(names = "--keep-pages", description = "Leave index and vectors in the page cache, as after a restart of the program; else they are dropped, as after one of the machine.") boolean keepPages;

    @Option(names = "--out", description = "Write the table as CSV.")
    @Nullable Path out;

    @Option(names = "--windows", description = "Write the speed in every window as CSV.")
    @Nullable Path windows;

    @Override
    public Integer call() throws Exception {
        VectorSet set = data.prepare(common.cache, common::log);
        ColdPlan.Effort effort = new ColdPlan.Effort(k, rounds, (long) (seconds * 1e9), windowMillis * 1_000_000L, clock,
                keepPages);
        ColdPlan plan = new ColdPlan(set, engines.stream().map(Engines::byName).distinct().toList(), common.build(), settings,
                recall,
                effort);
        ColdRun run = new ColdRun(plan, common.workers(), new IndexCache(common.cache, common.workers(), common::log),
                common::log);
        List<ColdRun.Started> started = run.run();
        PrintWriter print = Objects.requireNonNull(spec).commandLine().getOut();
        for (String fact : Machine.facts()) {
            print.println(fact);
        }
        ColdReport report = new ColdReport(effort, started);
        print.println("\n" + report.markdown());
        run.failures().forEach((engine, why) -> print.println(engine + " was left out: " + why));
        if (!keepPages && started.stream().anyMatch(of -> !of.dropped())) {
            print.println("The system does not drop pages: what was in the page cache stayed there.");
        }
        print.flush();
        if (out != null) {
            Files.writeString(out, report.csv());
        }
        if (windows != null) {
            Files.writeString(windows, report.windowsCsv());
        }
        return started.isEmpty() ? 1 : 0;
    }
}
