package dev.kith.bench;

import dev.kith.bench.trial.MemoryTrial;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench memory`: a load within a memory budget, seen from outside.
@Command(name = "memory", mixinStandardHelpOptions = true, description = "Loads and searches a database within a memory budget, and reads from outside whether it was kept.")
final class MemoryCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin TrialOptions trial = new TrialOptions();

    @Option(names = "--budget-mib", split = ",", defaultValue = "256", description = "Budgets (${DEFAULT-VALUE}).") List<Integer> budgets = List
            .of();

    @Option(names = "--seconds", defaultValue = "20", description = "How long it searches (${DEFAULT-VALUE}).") int seconds = 20;

    @Override
    public Integer call() throws Exception {
        boolean[] kept = {true};
        trial.run((set, folder) -> {
            for (int budget : budgets) {
                kept[0] &= new MemoryTrial(set, Objects.requireNonNull(spec).commandLine().getOut())
                        .run(folder.resolve("db" + budget), (long) budget << 20, seconds);
            }
        });
        return kept[0] ? 0 : 1;
    }
}
