package dev.kith.bench;

import dev.kith.bench.store.StoreRuns;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench db`: database load, durable writes beside searches.
@Command(name = "db", mixinStandardHelpOptions = true, description = "Database load: durable inserts beside searches, settling, reopening cold.")
final class DbCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin StoreOptions options = new StoreOptions();

    @Option(names = "--engines", split = ",", defaultValue = "kith-db,lucene-hnsw", description = "Stores (${DEFAULT-VALUE}).") List<String> engines = List
            .of();

    @Override
    public Integer call() throws IOException {
        return options.run(Objects.requireNonNull(spec).commandLine().getOut(), engines,
                new StoreRuns.Work(options.ef, 0, 1, options.batch));
    }
}
