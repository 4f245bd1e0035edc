package dev.kith.bench;

import dev.kith.bench.trial.WritesTrial;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench writes`: durable writes beside what bounds them.
@Command(name = "writes", mixinStandardHelpOptions = true, description = "Durable inserts beside the bare index build, single writes beside the disk, in this process.")
final class WritesCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin TrialOptions trial = new TrialOptions();

    @Option(names = "--batch", defaultValue = "500", description = "Records of one write of a load (${DEFAULT-VALUE}).") int batch = 500;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds; medians are shown (${DEFAULT-VALUE}).") int rounds = 3;

    @Option(names = "--writers", defaultValue = "8", description = "Threads that write single records (${DEFAULT-VALUE}).") int writers = 8;

    @Option(names = "--millis", defaultValue = "3000", description = "How long single records are written in a round (${DEFAULT-VALUE}).") int millis = 3_000;

    @Option(names = "--sync-micros", defaultValue = "0", description = "Makes the disk slower: every sync takes so many microseconds longer; loads are left out then (${DEFAULT-VALUE}).") int syncMicros = 0;

    @Override
    public Integer call() throws Exception {
        WritesTrial.Work work = new WritesTrial.Work(batch, rounds, writers, millis, syncMicros);
        trial.run((set, folder) -> new WritesTrial(set, work, Objects.requireNonNull(spec).commandLine().getOut()).run(folder));
        return 0;
    }
}
