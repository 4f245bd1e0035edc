package dev.kith.bench;

import dev.kith.bench.data.VectorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What the trials of the database share: a set, and a folder that is deleted afterwards.
final class TrialOptions {
    @Mixin DataOptions data = new DataOptions();

    @Option(names = "--cache", defaultValue = ".kith/bench", description = "Folder for data sets and databases (${DEFAULT-VALUE}).") Path cache = Path
            .of(".kith/bench");

    /// What is done in a folder.
    interface Trial {
        void run(VectorSet set, Path folder) throws IOException, InterruptedException;
    }

    /// Runs a trial in a folder of its own.
    void run(Trial trial) throws IOException, InterruptedException {
        VectorSet set = data.prepare(cache, System.err::println);
        Path folder = Files.createTempDirectory(Files.createDirectories(cache.resolve("stores")), "trial-");
        try {
            trial.run(set, folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
