package dev.kith.bench.harness;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.SearchSetting;
import dev.kith.bench.report.Pareto;
import dev.kith.bench.report.Row;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// The side-by-side run: builds what is not cached, then goes round by round through all engines, each time in a fresh
/// process, so that a machine that drifts drifts for all alike.
///
/// The even half of the queries chooses each engine's settings in the first round; the odd half is what rows report.
public final class AnnRun {
    /// Engines below this many queries a second answer [#SLOW_QUERIES] queries, once.
    private static final int SLOW_QUERIES = 100;
    private static final long SECOND = 1_000_000_000L;
    private final AnnPlan plan;
    private final WorkerOptions workers;
    private final IndexCache indexes;
    private final Consumer<String> log;
    private final Map<String, Map<String, Measurements>> measured = new LinkedHashMap<>();
    private final Map<String, EngineFacts> facts = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /// @param indexes where built indexes are kept
    public AnnRun(AnnPlan plan, WorkerOptions workers, IndexCache indexes, Consumer<String> log) {
        this.plan = plan;
        this.workers = workers;
        this.indexes = indexes;
        this.log = log;
    }

    /// Facts of an engine's index that do not depend on the setting.
    record EngineFacts(IndexCache.Built built, long openNanos, long firstQueryNanos, boolean cold, Memory memory) {}

    /// Engines that could not be measured, and why; they have no rows.
    public Map<String, String> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /// Receives all rows so far.
    @FunctionalInterface
    public interface AfterRound {
        /// Called after each round with the medians over the rounds that are done.
        void rows(List<Row> rows) throws IOException;
    }

    /// Measures everything and gives one row per engine, filter and setting.
    ///
    /// @param afterRound so that a run that is cut leaves what it has
    public List<Row> run(AfterRound afterRound) throws IOException {
        VectorSet set = plan.set();
        List<Engine> engines = new ArrayList<>();
        Map<String, IndexCache.Built> built = new LinkedHashMap<>();
        for (Engine engine : plan.engines()) {
            if (!engine.supports(set.metric())) {
                fail(engine, "does not know the metric " + set.metric());
                continue;
            }
            try {
                built.put(engine.name(), indexes.get(set, engine, plan.build()));
                engines.add(engine);
            } catch (WorkerFailedException e) {
                fail(engine, String.valueOf(e.getMessage()));
            }
        }
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            float[][] queries = set.queries();
            List<RecallJudge> judges = plan.filters().stream()
                    .map(f -> new RecallJudge(vectors, queries, f.truth(), plan.effort().k())).toList();
            for (int round = 0; round < plan.effort().rounds(); round++) {
                List<Engine> order = new ArrayList<>(engines);
                Collections.rotate(order, -round);
                for (Engine engine : order) {
                    if (!failures.containsKey(engine.name()) && !done(engine)) {
                        log.accept("round " + (round + 1) + " of " + plan.effort().rounds() + ": " + engine.name());
                        session(engine, Objects.requireNonNull(built.get(engine.name())), judges, round == 0);
                    }
                }
                afterRound.rows(new AnnRows(plan).rows(engines, measured, facts));
            }
        }
        return new AnnRows(plan).rows(engines, measured, facts);
    }

    private boolean done(Engine engine) {
        Map<String, Measurements> cases = measured.get(engine.name());
        return cases != null && !cases.isEmpty() && cases.values().stream().allMatch(Measurements::slow);
    }

    private void fail(Engine engine, String why) {
        failures.put(engine.name(), why);
        measured.remove(engine.name());
        log.accept(engine.name() + " is left out: " + why);
    }

    private void session(Engine engine, IndexCache.Built built, List<RecallJudge> judges, boolean first) throws IOException {
        Task task = new Task(engine.name(), plan.build(), plan.set().folder(), built.folder());
        boolean cold = first && PageCache.drop(built.folder());
        try (WorkerProcess worker = WorkerProcess.start(engine.name(), workers, plan.effort().threads() == 1)) {
            WorkerProcess.Opened opened = worker.open(task);
            RunResult firstQuery = worker
                    .run(new RunRequest(engine.sweep(plan.effort().k()).getFirst(), plan.effort().k(), 0, 1, 1, 1, 0));
            Map<String, Measurements> cases = measured.computeIfAbsent(engine.name(), _ -> new LinkedHashMap<>());
            for (int f = 0; f < plan.filters().size(); f++) {
                FilterCase filter = plan.filters().get(f);
                if (filter.accept() == null || engine.filters(filter.accept())) {
                    Measurements into = cases.computeIfAbsent(filter.name(), _ -> new Measurements());
                    measure(engine, worker, new Case(filter, judges.get(f), into, f == 0), first);
                }
            }
            if (first) {
                facts.put(engine.name(),
                        new EngineFacts(built, opened.nanos(), firstQuery.wallNanos(), cold, worker.memory()));
            }
        } catch (WorkerFailedException e) {
            fail(engine, String.valueOf(e.getMessage()));
        }
    }

    private record Case(FilterCase filter, RecallJudge judge, Measurements into, boolean firstOfSession) {}

    private void measure(Engine engine, WorkerProcess worker, Case of, boolean choose) throws IOException {
        AnnPlan.Effort effort = plan.effort();
        worker.filter(of.filter.accept());
        List<SearchSetting> sweep = engine.sweep(effort.k());
        List<SearchSetting> warmed = choose ? spread(sweep) : of.into.chosen();
        double warmSeconds = of.firstOfSession ? effort.warmSeconds() : effort.warmSeconds() / 3;
        WorkerProcess.Warmed warm = worker.warm(warmed, effort.k(), SECOND / 2, (long) (warmSeconds * 1e9));
        of.into.warmed(warm);
        long nanos = (long) (effort.secondsPerSetting() * 1e9);
        if (warm.slow()) {
            RunRequest once = new RunRequest(sweep.getLast(), effort.k(), 1, 2, SLOW_QUERIES, effort.threads(), 0);
            add(worker, once, of);
            return;
        }
        if (choose) {
            of.into.choose(choose(worker, sweep, of, nanos / 3));
        }
        for (SearchSetting setting : of.into.chosen()) {
            add(worker, new RunRequest(setting, effort.k(), 1, 2, Integer.MAX_VALUE, effort.threads(), nanos), of);
        }
    }

    private void add(WorkerProcess worker, RunRequest request, Case of) throws IOException {
        RunResult result = worker.run(request);
        of.into.add(request.setting(), new Measurements.Sample(result, of.judge.judge(request, result, of.filter.accept())));
    }

    /// Settings on the front of the even half of the queries, from the fastest to a little beyond the highest target.
    private List<SearchSetting> choose(WorkerProcess worker, List<SearchSetting> sweep, Case of, long nanos) throws IOException {
        double enough = Math.min(0.9995, plan.highestTarget() + 0.3 * (1 - plan.highestTarget()));
        List<Pareto.Point<SearchSetting>> points = new ArrayList<>();
        int effortReached = Integer.MAX_VALUE;
        for (SearchSetting setting : sweep) {
            if (setting.effort() > effortReached) {
                continue;
            }
            RunRequest request = new RunRequest(setting, plan.effort().k(), 0, 2, Integer.MAX_VALUE, 1, nanos);
            RunResult result = worker.run(request);
            double recall = of.judge.judge(request, result, of.filter.accept()).recall();
            points.add(new Pareto.Point<>(recall, result.cpuQps(), setting));
            if (recall >= enough) {
                effortReached = Math.min(effortReached, setting.effort());
            }
        }
        return Pareto.front(points).stream().map(Pareto.Point::what).toList();
    }

    /// Up to five settings over the whole sweep, so that the code is warm for all of them.
    private static List<SearchSetting> spread(List<SearchSetting> sweep) {
        List<SearchSetting> some = new ArrayList<>();
        int n = Math.min(5, sweep.size());
        for (int i = 0; i < n; i++) {
            some.add(sweep.get(n == 1 ? 0 : i * (sweep.size() - 1) * 2 / 3 / (n - 1)));
        }
        return some;
    }
}
