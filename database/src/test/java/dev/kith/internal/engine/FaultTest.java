package dev.kith.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.DatabaseFailedException;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.ReadOnlyException;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.StorageFullException;
import dev.kith.core.Metric;
import dev.kith.storage.FileAccessException;
import dev.kith.storage.ForwardingVfsFile;
import dev.kith.storage.NoSpaceException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.fault.FaultyVfs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that are full, read-only or broken.
class FaultTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).build();

    /// What the disk does wrong.
    private enum Fault {
        NONE, SEGMENTS_FULL, FULL, READ_ONLY, FORCE_FAILS
    }

    /// The local file system with a fault that can be switched on.
    private static final class Faulty {
        volatile Fault fault = Fault.NONE;

        Vfs vfs() {
            return (Vfs) Proxy.newProxyInstance(Vfs.class.getClassLoader(), new Class<?>[]{Vfs.class}, (_, method, arguments) -> {
                if (fault == Fault.READ_ONLY
                        && (method.getName().equals("openWrite") || method.getName().equals("createDirectories")
                                || method.getName().equals("lock"))) {
                    throw new FileAccessException(arguments[0].toString(), "permission denied", new AccessDeniedException("x"));
                }
                try {
                    Object result = method.invoke(Vfs.local(), arguments);
                    return result instanceof VfsFile file ? faulty((Path) arguments[0], file) : result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        private VfsFile faulty(Path path, VfsFile file) {
            return new ForwardingVfsFile(file) {
                @Override
                public void write(ByteBuffer bytes) throws StorageException {
                    boolean segment = path.getParent() != null && path.getParent().endsWith("index");
                    if (fault == Fault.FULL || (fault == Fault.SEGMENTS_FULL && segment)) {
                        throw new NoSpaceException(path.toString(), "no space left", null);
                    }
                    super.write(bytes);
                }

                @Override
                public void force(boolean metadata) throws StorageException {
                    if (fault == Fault.FORCE_FAILS) {
                        throw new FileAccessException(path.toString(), "input/output error", null);
                    }
                    super.force(metadata);
                }
            };
        }
    }

    private static Record record(String id) {
        return Record.builder(id).vector("v", new float[]{1, 2}).build();
    }

    @Test
    void aFullDiskRefusesWritesAndHealsByItself(@TempDir Path folder) throws InterruptedException {
        Faulty disk = new Faulty();
        try (Database database = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a"));
            collection.flush();
            Thread.sleep(1000); // until nothing is left to be refreshed
            disk.fault = Fault.FULL;
            assertThrows(StorageFullException.class, () -> collection.upsert(record("b")));
            assertEquals(1, collection.search(Query.nearest("v", new float[2])).hits().size());
            assertEquals(1, collection.count());
            disk.fault = Fault.NONE;
            for (int i = 0; collection.get("b") == null; i++) { // it is noticed within moments that there is room again
                try {
                    collection.upsert(record("b"));
                } catch (StorageFullException e) {
                    assertEquals(true, i < 100, "still refused after ten seconds");
                    Thread.sleep(100);
                }
            }
            assertEquals(CollectionStats.State.OPEN, collection.stats().state());
        }
        try (Database database = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            assertEquals(2, database.collection("c").count());
        }
    }

    /// The log holds the batch, the segments could not take it: reads go on, and once there is room the collection recovers behind its
    /// handle.
    @Test
    void segmentsWithoutSpaceHealByThemselves(@TempDir Path folder) throws InterruptedException {
        Faulty disk = new Faulty();
        try (Database database = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a"));
            disk.fault = Fault.SEGMENTS_FULL;
            assertThrows(StorageFullException.class, collection::flush);
            assertThrows(StorageFullException.class, () -> collection.upsert(record("b")));
            assertEquals(CollectionStats.State.READ_ONLY, collection.stats().state());
            assertNotNull(collection.get("a"));
            assertEquals(1, collection.search(Query.nearest("v", new float[2])).hits().size());
            disk.fault = Fault.NONE;
            awaitWrite(collection, "b");
            assertEquals(CollectionStats.State.OPEN, collection.stats().state());
            assertEquals(2, collection.count());
            collection.flush();
            assertEquals(2, collection.search(Query.nearest("v", new float[2])).hits().size());
        }
        try (Database again = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            assertEquals(2, again.collection("c").count());
        }
    }

    private static void awaitWrite(Collection collection, String id) throws InterruptedException {
        for (int i = 0;; i++) {
            try {
                collection.upsert(record(id));
                return;
            } catch (StorageFullException e) {
                assertEquals(true, i < 300, "still refused after thirty seconds");
                Thread.sleep(100);
            }
        }
    }

    /// The disk fills up at whatever byte it likes.
    @Test
    void aDiskThatFillsUpAnywhereLosesNothingAndHeals(@TempDir Path scratch) throws InterruptedException {
        for (long budget : new long[]{0, 500, 5_000, 20_000, 60_000}) {
            FaultyVfs disk = new FaultyVfs(Vfs.local());
            Path folder = scratch.resolve("b" + budget);
            List<String> acknowledged = new ArrayList<>();
            try (Database database = EngineDatabase.open(disk, folder, Options.defaults())) {
                Collection collection = database.createCollection("c", SCHEMA);
                disk.setFreeBytes(budget);
                for (int i = 0; i < 300; i++) {
                    try {
                        collection.upsert(record("r" + i));
                        acknowledged.add("r" + i);
                        if (i % 20 == 19) {
                            collection.flush();
                        }
                    } catch (StorageFullException full) {
                        assertEquals(acknowledged.size(), collection.get(acknowledged).size(), "reads go on, budget " + budget);
                        break;
                    }
                }
                disk.setFreeBytes(Long.MAX_VALUE);
                awaitWrite(collection, "after");
                acknowledged.add("after");
                collection.flush();
                assertEquals(acknowledged.size(), collection.get(acknowledged).size(), "budget " + budget);
                assertEquals(CollectionStats.State.OPEN, collection.stats().state());
            }
            try (Database database = EngineDatabase.open(Vfs.local(), folder, Options.defaults())) {
                assertEquals(acknowledged.size(), database.collection("c").get(acknowledged).size(), "budget " + budget);
                assertEquals(true, database.collection("c").verify().ok());
            }
        }
    }

    @Test
    void afterAFailedForceOnlyReopeningHeals(@TempDir Path folder) {
        Faulty disk = new Faulty();
        Database database = EngineDatabase.open(disk.vfs(), folder, Options.defaults());
        Collection collection = database.createCollection("c", SCHEMA);
        collection.upsert(record("a"));
        disk.fault = Fault.FORCE_FAILS;
        assertThrows(DatabaseFailedException.class, () -> collection.upsert(record("b")));
        disk.fault = Fault.NONE;
        assertThrows(DatabaseFailedException.class, () -> collection.upsert(record("c")));
        assertThrows(DatabaseFailedException.class, () -> collection.delete("a"));
        assertThrows(DatabaseFailedException.class, collection::flush);
        assertEquals(CollectionStats.State.FAILED, collection.stats().state());
        assertNotNull(collection.get("a"));
        assertEquals(1, collection.search(Query.nearest("v", new float[2])).hits().size());
        database.close();
        try (Database again = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            assertNotNull(again.collection("c").get("a"));
            again.collection("c").upsert(record("d"));
            assertNotNull(again.collection("c").get("d"));
        }
    }

    @Test
    void aFailedCommitIsNoLoss(@TempDir Path folder) {
        Faulty disk = new Faulty();
        Database database = EngineDatabase.open(disk.vfs(), folder, Options.defaults());
        Collection collection = database.createCollection("c", SCHEMA);
        collection.upsert(record("a"));
        disk.fault = Fault.FORCE_FAILS;
        assertThrows(DatabaseFailedException.class, collection::flush);
        disk.fault = Fault.NONE;
        assertThrows(DatabaseFailedException.class, () -> collection.upsert(record("b")));
        database.close();
        try (Database again = EngineDatabase.open(disk.vfs(), folder, Options.defaults())) {
            assertEquals(1, again.collection("c").count());
        }
    }

    @Test
    void aReadOnlyFolderIsRefusedAsSuch(@TempDir Path folder) {
        Faulty disk = new Faulty();
        EngineDatabase.open(disk.vfs(), folder, Options.defaults()).close();
        disk.fault = Fault.READ_ONLY;
        assertThrows(ReadOnlyException.class, () -> EngineDatabase.open(disk.vfs(), folder, Options.defaults()));
        assertThrows(ReadOnlyException.class, () -> EngineDatabase.open(disk.vfs(), folder.resolve("new"), Options.defaults()));
        disk.fault = Fault.NONE;
        EngineDatabase.open(disk.vfs(), folder, Options.defaults()).close();
    }
}
