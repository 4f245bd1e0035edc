package dev.kith.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Explanation;
import dev.kith.Explanation.Strategy;
import dev.kith.Kith;
import dev.kith.KithException;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.storage.FileAccessException;
import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.ForwardingVfsFile;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A graph takes seconds to minutes to build. A process that is killed afterwards must not have to build it again, so what a
/// merge in the background has built is committed without anybody asking.
class BackgroundCommitTest {
    private static final int RECORDS = 1_200;
    private static final Schema SCHEMA = Schema.builder().vector("v", 16, Metric.SQUARED_L2).build();
    private static final Options OPTIONS = Options.defaults().withGraphRecords(500);

    @TempDir Path folder;

    private static List<Record> records() {
        SplittableRandom random = new SplittableRandom(5);
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            float[] vector = new float[16];
            for (int c = 0; c < vector.length; c++) {
                vector[c] = (float) random.nextGaussian();
            }
            records.add(Record.builder("r" + i).vector("v", vector).build());
        }
        return records;
    }

    private static Strategy strategy(Collection collection) {
        Explanation explanation = collection.explain(Query.nearest("v", new float[16]).k(3));
        return explanation.clauses().getFirst().parts().getFirst().strategy();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < 60_000_000_000L, "waited a minute until " + what);
            Thread.sleep(20);
        }
    }

    /// What `kill -9` leaves: the files as they are; again if some were deleted meanwhile.
    private Path copied(Path from) throws IOException {
        for (int i = 0;; i++) {
            Path to = folder.resolve("left" + i);
            try {
                copy(from, to);
                return to;
            } catch (NoSuchFileException | UncheckedIOException e) {
                assertTrue(i < 10, "files come and go: " + e);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void aKillAfterAMergeDoesNotLoseItsGraph() throws Exception {
        Path live = folder.resolve("live");
        Path left;
        try (Database database = Kith.open(live, OPTIONS)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(records());
            await("a merge built a graph", () -> strategy(collection) == Strategy.GRAPH);
            await("it was committed", () -> collection.stats().flushedSequence() == collection.stats().sequence());
            left = copied(live);
        }
        try (Database database = Kith.open(left, OPTIONS)) {
            Collection collection = database.collection("c");
            assertEquals(0, collection.stats().recovery().operations(), "operations read from the log");
            assertEquals(Strategy.GRAPH, strategy(collection));
            assertEquals(RECORDS, collection.count());
            assertTrue(collection.verify().ok());
        }
    }

    /// A disk that fails to force a file of a merge, once, and claims afterwards that all is well, as Linux does.
    private static final class ForgetfulDisk extends ForwardingVfs {
        private volatile boolean failed;

        ForgetfulDisk() {
            super(Vfs.local());
        }

        @Override
        public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
            VfsFile file = super.openWrite(path, mode);
            return mode == WriteMode.APPEND && path.toString().endsWith(".kvix") ? new FailingOnce(path, file) : file;
        }

        private final class FailingOnce extends ForwardingVfsFile {
            private final Path path;

            FailingOnce(Path path, VfsFile file) {
                super(file);
                this.path = path;
            }

            @Override
            public void force(boolean metadata) throws StorageException {
                if (!failed) {
                    failed = true;
                    throw new FileAccessException(path.toString(), "forcing it failed", null);
                }
                super.force(metadata);
            }
        }
    }

    @Test
    void aFileThatCouldNotBeForcedIsNeverCommitted() throws Exception {
        ForgetfulDisk disk = new ForgetfulDisk();
        try (Database database = EngineDatabase.open(disk, folder.resolve("db"), OPTIONS)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(records());
            await("the force failed", () -> disk.failed);
            assertThrows(KithException.class, () -> {
                collection.flush();
                collection.optimize();
            });
        }
        try (Database database = Kith.open(folder.resolve("db"), OPTIONS)) {
            assertEquals(RECORDS, database.collection("c").count());
        }
    }
}
