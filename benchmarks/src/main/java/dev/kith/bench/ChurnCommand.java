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

/// `bench churn`: recall and speed while rows are deleted and inserted again.
@Command(name = "churn", mixinStandardHelpOptions = true, description = "Recall and speed while rows are deleted and inserted again.")
final class ChurnCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin StoreOptions options = new StoreOptions();

    @Option(names = "--engines", split = ",", defaultValue = "kith-db,lucene-hnsw,hnswlib-java", description = "Stores (${DEFAULT-VALUE}).") List<String> engines = List
            .of();

    @Option(names = "--cycles", defaultValue = "5", description = "Cycles of deleting and inserting again (${DEFAULT-VALUE}).") int cycles = 5;

    @Option(names = "--share", defaultValue = "0.2", description = "Share of the rows changed in a cycle (${DEFAULT-VALUE}).") double share = 0.2;

    @Override
    public Integer call() throws IOException {
        if (cycles < 1) {
            throw new IllegalArgumentException("--cycles must be at least 1, was " + cycles);
        }
        return options.run(Objects.requireNonNull(spec).commandLine().getOut(), engines,
                new StoreRuns.Work(options.ef, cycles, share, options.batch));
    }
}
