package dev.kith.bench.cold;

import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.SearchSetting;
import dev.kith.bench.harness.ColdRequest;
import dev.kith.bench.harness.ColdStart;
import dev.kith.bench.harness.IndexCache;
import dev.kith.bench.harness.PageCache;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.bench.harness.RunRequest;
import dev.kith.bench.harness.Task;
import dev.kith.bench.harness.WorkerFailedException;
import dev.kith.bench.harness.WorkerOptions;
import dev.kith.bench.harness.WorkerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Starts each engine in a fresh process round by round, all engines in turn, and asks it one query after the other at one setting: the one that
/// reaches the recall on the even half of the queries, which a process of its own found out before. The odd half is asked and judged.
public final class ColdRun {
    private final ColdPlan plan;
    private final WorkerOptions workers;
    private final IndexCache indexes;
    private final Consumer<String> log;
    private final Map<String, String> failures = new LinkedHashMap<>();

    /// @param indexes where built indexes are kept
    public ColdRun(ColdPlan plan, WorkerOptions workers, IndexCache indexes, Consumer<String> log) {
        this.plan = plan;
        this.workers = workers;
        this.indexes = indexes;
        this.log = log;
    }

    /// Engines that could not be measured, and why.
    public Map<String, String> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /// One engine's starts.
    ///
    /// @param recall of the first pass over the odd half, over all rounds
    /// @param dropped whether the system forgot the pages before each start
    public record Started(String engine, SearchSetting setting, List<ColdStart> starts, double recall, boolean dropped) {}

    private record Ready(Engine engine, Path index, SearchSetting setting, List<ColdStart> starts) {}

    /// Measures everything.
    public List<Started> run() throws IOException {
        List<Ready> engines = new ArrayList<>();
        for (Engine engine : plan.engines()) {
            attempt(engine, () -> engines.add(ready(engine)));
        }
        boolean dropped = !plan.effort().keepPages();
        for (int round = 0; round < plan.effort().rounds(); round++) {
            List<Ready> order = new ArrayList<>(engines);
            Collections.rotate(order, -round);
            for (Ready of : order) {
                if (!failures.containsKey(of.engine.name())) {
                    log.accept("round " + (round + 1) + " of " + plan.effort().rounds() + ": " + of.engine.name() + ", "
                            + of.setting.text());
                    dropped &= pages(of.index) & pages(plan.set().folder());
                    attempt(of.engine, () -> of.starts.add(start(of)));
                }
            }
        }
        engines.removeIf(of -> failures.containsKey(of.engine.name()));
        return judged(engines, dropped);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Engine engine, Step step) throws IOException {
        try {
            step.run();
        } catch (WorkerFailedException e) {
            failures.put(engine.name(), Objects.requireNonNullElse(e.getMessage(), "failed"));
            log.accept(engine.name() + " is left out: " + e.getMessage());
        }
    }

    private Ready ready(Engine engine) throws IOException {
        if (!engine.supports(plan.set().metric())) {
            throw new WorkerFailedException(engine.name() + " does not know the metric " + plan.set().metric());
        }
        Path index = indexes.get(plan.set(), engine, plan.build()).folder();
        Integer given = plan.efforts().get(engine.name());
        SearchSetting setting = given == null ? search(engine, index) : SearchSetting.ef(given);
        return new Ready(engine, index, setting, new ArrayList<>());
    }

    private SearchSetting search(Engine engine, Path index) throws IOException {
        log.accept("looking for the setting of " + engine.name() + " that reaches " + plan.recall());
        try (Arena arena = Arena.ofShared(); WorkerProcess worker = WorkerProcess.start(engine.name(), workers, true)) {
            RecallJudge judge = judge(arena);
            worker.open(task(engine.name(), index));
            return SettingSearch.least(engine.sweep(plan.effort().k()), plan.recall(), setting -> {
                RunRequest request = new RunRequest(setting, plan.effort().k(), 0, 2, Integer.MAX_VALUE, 1, 0);
                return judge.judge(request, worker.run(request), null).recall();
            }).orElseThrow(() -> new WorkerFailedException("no setting of " + engine.name() + " reaches " + plan.recall()));
        }
    }

    private RecallJudge judge(Arena arena) throws IOException {
        return new RecallJudge(plan.set().vectors(arena), plan.set().queries(), plan.set().truth(), plan.effort().k());
    }

    private Task task(String engine, Path index) {
        return new Task(engine, plan.build(), plan.set().folder(), index);
    }

    private ColdStart start(Ready of) throws IOException {
        ColdPlan.Effort effort = plan.effort();
        RunRequest run = new RunRequest(of.setting, effort.k(), 1, 2, Integer.MAX_VALUE, 1, effort.nanos());
        try (WorkerProcess worker = WorkerProcess.start(of.engine.name(), workers, true)) {
            return worker.cold(task(of.engine.name(), of.index), new ColdRequest(run, effort.windowNanos(), effort.clock()));
        }
    }

    /// Drops the pages of a folder, or reads all of them.
    ///
    /// @return whether they were dropped
    private boolean pages(Path folder) throws IOException {
        if (!plan.effort().keepPages()) {
            return PageCache.drop(folder); // nothing may have the files mapped, so that recall is judged before and afterwards
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        return false;
    }

    private List<Started> judged(List<Ready> engines, boolean dropped) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            RecallJudge judge = judge(arena);
            List<Started> all = new ArrayList<>();
            for (Ready of : engines) {
                RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
                for (ColdStart start : of.starts) {
                    for (int i = 0; i < start.answers().length; i++) {
                        hits = hits.plus(judge.judge(1 + 2 * i, start.answers()[i], null));
                    }
                }
                all.add(new Started(of.engine.name(), of.setting, of.starts, hits.recall(), dropped));
            }
            return all;
        }
    }
}
