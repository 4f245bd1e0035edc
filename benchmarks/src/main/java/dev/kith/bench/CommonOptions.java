package dev.kith.bench;

import dev.kith.bench.engine.BuildParameters;
import dev.kith.bench.harness.WorkerOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Options all measuring commands share.
final class CommonOptions {
    @Option(names = "--cache", defaultValue = ".kith/bench", description = "Folder for data sets and built indexes (${DEFAULT-VALUE}).") Path cache = Path
            .of(".kith/bench");

    @Option(names = "--heap", defaultValue = "2g", description = "Heap of every engine's process (${DEFAULT-VALUE}).") String heap = "2g";

    @Option(names = "--core", description = "Core the processes are pinned to; -1 for none (the last core).") int core = Runtime
            .getRuntime().availableProcessors() - 1;

    @Option(names = "--m", defaultValue = "16", description = "Links per node of all graphs (${DEFAULT-VALUE}).") int m = 16;

    @Option(names = "--ef-construction", defaultValue = "200", description = "Candidates while building (${DEFAULT-VALUE}).") int efConstruction = 200;

    @Option(names = "--build-threads", defaultValue = "1", description = "Threads that build (${DEFAULT-VALUE}).") int buildThreads = 1;

    WorkerOptions workers() {
        return new WorkerOptions(heap, core, cache.resolve("logs"));
    }

    BuildParameters build() {
        return new BuildParameters(m, efConstruction, buildThreads);
    }

    void log(String line) {
        System.err.println(line);
    }
}
