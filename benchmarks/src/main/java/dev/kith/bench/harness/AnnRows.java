package dev.kith.bench.harness;

import dev.kith.bench.data.SetFolder;
import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.SearchSetting;
import dev.kith.bench.report.Column;
import dev.kith.bench.report.Machine;
import dev.kith.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Turns measurements into rows of medians.
final class AnnRows {
    private final AnnPlan plan;
    private final String commit = Machine.commit();

    AnnRows(AnnPlan plan) {
        this.plan = plan;
    }

    List<Row> rows(List<Engine> engines, Map<String, Map<String, Measurements>> measured, Map<String, AnnRun.EngineFacts> facts) {
        List<Row> rows = new ArrayList<>();
        for (Engine engine : engines) {
            AnnRun.EngineFacts own = facts.get(engine.name());
            if (own == null) {
                continue;
            }
            for (Map.Entry<String, Measurements> e : measured.getOrDefault(engine.name(), Map.of()).entrySet()) {
                Row head = index(engine(engine, e.getKey()), engine, own);
                e.getValue().samples().forEach((setting, samples) -> rows.add(point(head, setting, samples, e.getValue())));
            }
        }
        return rows;
    }

    private Row engine(Engine engine, String filter) {
        return Row.empty().with(Column.ENGINE, engine.name()).with(Column.DATASET, plan.set().name())
                .with(Column.METRIC, SetFolder.shortName(plan.set().metric())).with(Column.FILTER, filter)
                .with(Column.K, plan.effort().k()).with(Column.THREADS, plan.effort().threads()).with(Column.COMMIT, commit)
                .with(Column.SOURCE, "measured");
    }

    private Row index(Row row, Engine engine, AnnRun.EngineFacts facts) {
        long bytes = facts.built().bytes();
        if (engine.searchesSetFile()) {
            bytes += plan.set().strideBytes() * plan.set().rows();
        }
        return row.with(Column.BUILD_S, facts.built().wallSeconds()).with(Column.BUILD_CPU_S, facts.built().cpuSeconds())
                .with(Column.BUILD_THREADS, facts.built().threads()).with(Column.INDEX_BYTES, (double) bytes)
                .with(Column.RESIDENT_BYTES, facts.memory().resident()).with(Column.HEAP_BYTES, facts.memory().heap())
                .with(Column.NATIVE_BYTES, facts.memory().nativeBytes()).with(Column.MAPPED_BYTES, facts.memory().mapped())
                .with(Column.OPEN_MS, facts.openNanos() / 1e6).with(Column.FIRST_QUERY_US, facts.firstQueryNanos() / 1e3);
    }

    private Row point(Row head, SearchSetting setting, List<Measurements.Sample> rounds, Measurements of) {
        List<String> notes = new ArrayList<>();
        if (of.slow()) {
            notes.add(rounds.getFirst().run().answers().length + " queries once");
        } else if (of.unsteady()) {
            notes.add("not steady within the warm-up limit");
        }
        return head.with(Column.PARAMETERS, plan.build().text() + "," + setting.text())
                .with(Column.RECALL, Measurements.median(rounds, s -> s.hits().recall()))
                .with(Column.RECALL_IDS, Measurements.median(rounds, s -> s.hits().recallIds()))
                .with(Column.QPS, Measurements.median(rounds, s -> s.run().cpuQps()))
                .with(Column.QPS_WALL, Measurements.median(rounds, s -> s.run().wallQps()))
                .with(Column.P50_US, Measurements.median(rounds, s -> s.run().percentiles()[0] / 1e3))
                .with(Column.P95_US, Measurements.median(rounds, s -> s.run().percentiles()[1] / 1e3))
                .with(Column.P99_US, Measurements.median(rounds, s -> s.run().percentiles()[2] / 1e3))
                .with(Column.DISTANCES_PER_QUERY, Measurements.median(rounds, s -> s.run().distancesPerQuery()))
                .with(Column.PROCESS_CPU_RATIO,
                        Measurements.median(rounds, s -> (double) s.run().processCpuNanos() / s.run().cpuNanos()))
                .with(Column.WARMUP_S, of.warmSeconds()).with(Column.ROUNDS, rounds.size())
                .with(Column.QUERIES, rounds.getFirst().run().answers().length)
                .with(Column.FRONT, of.slow() ? "once" : "yes").with(Column.NOTE, String.join("; ", notes));
    }
}
