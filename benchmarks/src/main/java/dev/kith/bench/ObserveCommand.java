package dev.kith.bench;

import dev.kith.bench.observe.ObservationCost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench observe`: what meters and the flight recorder cost a search.
@Command(name = "observe", mixinStandardHelpOptions = true, description = "CPU time of searches with meters and the flight recorder beside that without.")
final class ObserveCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--rows", defaultValue = "40000", description = "Vectors of 64 components (${DEFAULT-VALUE}).") int rows = 40_000;

    @Option(names = "--rounds", defaultValue = "15", description = "Rounds (${DEFAULT-VALUE}).") int rounds = 15;

    @Option(names = "--searches", defaultValue = "2000", description = "Searches of each kind in a round (${DEFAULT-VALUE}).") int searches = 2_000;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(common.cache.resolve("stores")), "observe-");
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try {
            out.print(ObservationCost.table(folder, new ObservationCost.Plan(rows, rounds, searches)));
            out.flush();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return 0;
    }
}
