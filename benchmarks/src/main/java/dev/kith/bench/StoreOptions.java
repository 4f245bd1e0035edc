package dev.kith.bench;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.Folders;
import dev.kith.bench.report.Machine;
import dev.kith.bench.store.StoreKind;
import dev.kith.bench.store.StoreRow;
import dev.kith.bench.store.StoreRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What `churn` and `db` share.
final class StoreOptions {
    @Mixin DataOptions data = new DataOptions();

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--ef", defaultValue = "100", description = "efSearch (${DEFAULT-VALUE}).") int ef = 100;

    @Option(names = "--batch", defaultValue = "100", description = "Rows a write (${DEFAULT-VALUE}).") int batch = 100;

    @Option(names = "--out", description = "Write the rows as CSV.")
    @Nullable Path out;

    int run(PrintWriter print, List<String> engines, StoreRuns.Work work) throws IOException {
        List<StoreKind> kinds = engines.stream().map(StoreKind::byName).toList();
        VectorSet set = data.prepare(common.cache, common::log);
        Path folder = Files.createTempDirectory(Files.createDirectories(common.cache.resolve("stores")), "run-");
        StoreRuns runs = new StoreRuns(common.heap, folder, common::log);
        List<StoreRow> rows = new ArrayList<>();
        for (StoreKind kind : kinds) {
            rows.addAll(runs.run(kind, set, common.build(), work));
        }
        Folders.delete(folder); // stays where a store failed, with its log
        Machine.facts().forEach(print::println);
        print.println("\n" + StoreRuns.table(rows));
        print.flush();
        if (out != null) {
            Files.writeString(out, StoreRuns.csv(rows));
        }
        return 0;
    }
}
