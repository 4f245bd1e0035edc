package dev.kith.cli;

import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Field;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "stats", mixinStandardHelpOptions = true, description = "Prints what each collection holds.")
final class StatsCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--json", description = "One JSON object a line.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            List<String> names = target.collection == null ? database.collections() : List.of(target.collection);
            for (String name : names) {
                print(out, name, database.collection(name).stats(), database.collection(name).schema().fields());
            }
        }
        return 0;
    }

    private void print(PrintWriter out, String name, CollectionStats stats, List<Field> fields) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("collection", name);
        members.put("state", stats.state().name());
        members.put("records", stats.records());
        members.put("segments", stats.segments());
        members.put("deletedRecords", stats.deletedRecords());
        members.put("recentRecords", stats.recentRecords());
        members.put("recentBytes", stats.recentBytes());
        members.put("sequence", stats.sequence());
        members.put("flushedSequence", stats.flushedSequence());
        members.put("indexBytes", stats.indexBytes());
        members.put("logBytes", stats.logBytes());
        members.put("recoveredOperations", stats.recovery().operations());
        members.put("recoveryMillis", stats.recovery().elapsedNanos() / 1_000_000);
        members.put("verifiedBytes", stats.integrity().verifiedBytes());
        members.put("indexesSetAside", stats.integrity().indexesSetAside());
        members.put("damage", stats.integrity().damage());
        if (!stats.memory().givenUp().isEmpty()) {
            members.put("givenUpForMemory", String.join("; ", stats.memory().givenUp()));
        }
        Map<String, Object> recall = new LinkedHashMap<>();
        stats.recall().forEach(r -> recall.put(r.field() + " " + r.effort(), String.format(java.util.Locale.ROOT,
                "%.4f [%.4f, %.4f] of %d searches, factor %.3g", r.recall(), r.low(), r.high(), r.samples(), r.factor())));
        members.put("recall", recall);
        members.put("accelerator", stats.accelerator().explanation());
        Map<String, Object> described = new LinkedHashMap<>();
        fields.forEach(f -> described.put(f.name(), f.describe()));
        members.put("fields", described);
        if (json) {
            out.println(JsonOut.object(members));
            return;
        }
        members.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map) {
                out.println(key + ":");
                map.forEach((k, v) -> out.printf("  %-20s %s%n", k, v));
            } else {
                out.printf("%-22s %s%n", key, value instanceof Long l ? String.format("%,d", l) : value);
            }
        });
    }
}
