package dev.kith.bench.harness;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.bench.engine.Engine;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Built indexes on disk, by data-set checksum, engine, the engine's revision and build parameters. A build is a step of its
/// own, in its own process; its time is kept beside the index.
public final class IndexCache {
    private static final String PROPERTIES = "build.properties";
    private final Path folder;
    private final WorkerOptions workers;
    private final Consumer<String> log;

    /// @param folder root of all cached indexes
    public IndexCache(Path folder, WorkerOptions workers, Consumer<String> log) {
        this.folder = folder;
        this.workers = workers;
        this.log = log;
    }

    /// A built index.
    ///
    /// @param bytes size of its files
    public record Built(Path folder, double wallSeconds, double cpuSeconds, int threads, long bytes) {}

    /// The index, built now if it is not cached.
    public Built get(VectorSet set, Engine engine, BuildParameters parameters) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update((engine.revision() + "|" + parameters.text() + "|" + parameters.threads()).getBytes(StandardCharsets.UTF_8));
        Path home = folder.resolve("indexes").resolve(set.name() + "-" + set.checksum().substring(0, 12))
                .resolve(engine.indexName() + "-" + parameters.text().replace(',', '-').replace("=", "") + "-"
                        + Long.toHexString(crc.getValue()));
        if (!Files.exists(home.resolve(PROPERTIES))) {
            build(set, engine, parameters, home);
        }
        Properties p = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve(PROPERTIES))) {
            p.load(reader);
        }
        return new Built(home, Double.parseDouble(p.getProperty("wallSeconds")), Double.parseDouble(p.getProperty("cpuSeconds")),
                Integer.parseInt(p.getProperty("threads")), size(home) - Files.size(home.resolve(PROPERTIES)));
    }

    private void build(VectorSet set, Engine engine, BuildParameters parameters, Path home) throws IOException {
        log.accept("building " + engine.name() + " over " + set.name());
        Path unfinished = home.resolveSibling(home.getFileName() + ".unfinished");
        Folders.delete(unfinished);
        Files.createDirectories(unfinished);
        WorkerProcess.Built built;
        try (WorkerProcess worker = WorkerProcess.start(engine.name(), workers, parameters.threads() == 1)) {
            built = worker.build(new Task(engine.name(), parameters, set.folder(), unfinished));
        }
        Properties p = new Properties();
        p.setProperty("wallSeconds", Double.toString(built.wallNanos() / 1e9));
        p.setProperty("cpuSeconds", Double.toString(built.cpuNanos() / 1e9));
        p.setProperty("threads", Integer.toString(parameters.threads()));
        p.setProperty("description", engine.description(parameters));
        try (Writer writer = Files.newBufferedWriter(unfinished.resolve(PROPERTIES))) {
            p.store(writer, null);
        }
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        log.accept(String.format("  built in %.1f s (%.1f CPU s)", built.wallNanos() / 1e9, built.cpuNanos() / 1e9));
    }

    private static long size(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
