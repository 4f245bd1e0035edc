package dev.kith.bench.store;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.bench.harness.WorkerFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Starts store processes, one after another, and gathers what they report.
public final class StoreRuns {
    private final String heap;
    private final Path folder;
    private final Consumer<String> log;

    /// @param folder empty or absent; each store gets a folder within
    public StoreRuns(String heap, Path folder, Consumer<String> log) {
        this.heap = heap;
        this.folder = folder;
        this.log = log;
    }

    /// What all stores do.
    ///
    /// @param cycles of churn; 0 means database load
    public record Work(int ef, int cycles, double share, int batch) {}

    /// Runs one store.
    public List<StoreRow> run(StoreKind kind, VectorSet set, BuildParameters parameters, Work work) throws IOException {
        log.accept((work.cycles > 0 ? "churn: " : "load: ") + kind.engine());
        Path own = Files.createTempDirectory(Files.createDirectories(folder), kind.engine() + "-");
        Path errors = folder.resolve(kind.engine() + ".log");
        StoreTask task = new StoreTask(kind, set.folder(), own, parameters, work.ef, work.cycles, work.share, work.batch);
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heap, "-Xmx" + heap, "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), StoreWorker.class.getName()));
        command.addAll(task.arguments());
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        List<StoreRow> rows = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(StoreRow.parse(line));
            }
            int exit = process.waitFor();
            if (exit != 0) {
                List<String> said = Files.readAllLines(errors);
                throw new WorkerFailedException(kind.engine() + ": exit code " + exit + "\n  "
                        + String.join("\n  ", said.subList(0, Math.min(20, said.size()))));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        return rows;
    }

    /// A Markdown table; a figure that a store has not is empty.
    public static String table(List<StoreRow> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(r -> columns.addAll(r.values().keySet()));
        StringBuilder out = new StringBuilder(
                "| " + String.join(" | ", columns) + " |\n|" + "---|".repeat(columns.size()) + "\n");
        for (StoreRow row : rows) {
            out.append('|');
            columns.forEach(c -> out.append(' ').append(row.values().getOrDefault(c, "")).append(" |"));
            out.append('\n');
        }
        return out.toString();
    }

    /// Comma-separated, the same columns.
    public static String csv(List<StoreRow> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(r -> columns.addAll(r.values().keySet()));
        StringBuilder out = new StringBuilder(String.join(",", columns)).append('\n');
        for (StoreRow row : rows) {
            out.append(String.join(",", columns.stream().map(c -> row.values().getOrDefault(c, "")).toList())).append('\n');
        }
        return out.toString();
    }
}
