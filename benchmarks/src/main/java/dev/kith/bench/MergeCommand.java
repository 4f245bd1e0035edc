package dev.kith.bench;

import dev.kith.bench.trial.MergeTrial;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench merge`: what a merge saves by keeping the links of its largest graph.
@Command(name = "merge", mixinStandardHelpOptions = true, description = "Graphs built anew beside graphs that keep the links of their largest part, in this process.")
final class MergeCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin TrialOptions trial = new TrialOptions();

    @Option(names = "--shares", split = ",", defaultValue = "0.5,0.75,0.9", description = "Shares of the rows that have a graph already (${DEFAULT-VALUE}).") List<Double> shares = List
            .of();

    @Option(names = "--ef", defaultValue = "64", description = "efSearch of the recall (${DEFAULT-VALUE}).") int ef = 64;

    @Override
    public Integer call() throws Exception {
        trial.run((set, _) -> new MergeTrial(set, ef, Objects.requireNonNull(spec).commandLine().getOut()).run(shares));
        return 0;
    }
}
