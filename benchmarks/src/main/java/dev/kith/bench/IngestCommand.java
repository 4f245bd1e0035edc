package dev.kith.bench;

import dev.kith.Options;
import dev.kith.bench.trial.IngestTrial;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench ingest`: searches while records come in at a steady rate.
@Command(name = "ingest", mixinStandardHelpOptions = true, description = "Searches while records come in at a steady rate, in this process.")
final class IngestCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin TrialOptions trial = new TrialOptions();

    @Option(names = "--per-second", defaultValue = "5000", description = "Records a second (${DEFAULT-VALUE}).") int perSecond = 5_000;

    @Option(names = "--batch", defaultValue = "500", description = "Records of one write (${DEFAULT-VALUE}).") int batch = 500;

    @Option(names = "--seconds", defaultValue = "60", description = "How long they come in (${DEFAULT-VALUE}).") int seconds = 60;

    @Option(names = "--quiet-seconds", defaultValue = "10", description = "Searching before and afterwards (${DEFAULT-VALUE}).") int quiet = 10;

    @Option(names = "--warm-seconds", defaultValue = "15", description = "Writing and searching elsewhere before that (${DEFAULT-VALUE}).") int warm = 15;

    @Option(names = "--ef", defaultValue = "64", description = "efSearch (${DEFAULT-VALUE}).") int ef = 64;

    @Option(names = "--prepared", paramLabel = "FOLDER", description = "Keep the loaded database in this folder, and begin with a copy of it if it is there.")
    @Nullable Path prepared;

    @Override
    public Integer call() throws Exception {
        trial.run(
                (set, folder) -> new IngestTrial(set, new IngestTrial.Work(perSecond, batch, seconds, quiet, warm, ef, prepared),
                        Objects.requireNonNull(spec).commandLine().getOut()).run(folder.resolve("db"), Options.defaults()));
        return 0;
    }
}
