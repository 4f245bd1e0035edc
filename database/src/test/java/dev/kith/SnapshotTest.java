package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import dev.kith.internal.format.SealedBytes;
import dev.kith.internal.format.SnapshotManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Snapshots are whole, of one moment, cheap the second time, and harmless whoever made them.
class SnapshotTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 4, Metric.SQUARED_L2).integer("n").build();
    private static final SealedBytes.Kind MANIFEST = new SealedBytes.Kind("KITHSNAP", 1);

    @TempDir Path scratch;

    private static Record record(int i) {
        return Record.builder("r" + i).vector("v", new float[]{i, 1, 2, 3}).field("n", i).build();
    }

    private static List<Record> records(int from, int to) {
        List<Record> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(record(i));
        }
        return records;
    }

    private Path filled() {
        Path folder = scratch.resolve("db");
        try (Database database = Kith.open(folder)) {
            database.createCollection("a", SCHEMA).upsert(records(0, 300));
            database.createCollection("b", SCHEMA).upsert(records(0, 10));
        }
        return folder;
    }

    @Test
    void aSnapshotTakenWhileWritingIsOneMoment() throws Exception {
        Path folder = filled();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger(300);
        try (Database database = Kith.open(folder)) {
            Collection a = database.collection("a");
            Thread writer = new Thread(() -> {
                while (!stop.get()) {
                    int next = acknowledged.get();
                    a.upsert(records(next, next + 10)); // ten at a time, all or none
                    acknowledged.set(next + 10);
                }
            });
            writer.start();
            for (int i = 0; i < 4; i++) {
                int before = acknowledged.get();
                Path snapshot = scratch.resolve("s" + i);
                SnapshotReport report = i == 0
                        ? database.snapshot(snapshot)
                        : database.snapshot(snapshot, scratch.resolve("s" + (i - 1)));
                int after = acknowledged.get() + 10;
                assertTrue(report.files() > 5 && report.bytes() > 1000, report.toString());
                assertEquals(report.bytes(), Kith.verifySnapshot(snapshot).bytes());
                Path restored = scratch.resolve("restored" + i);
                Kith.restore(snapshot, restored);
                try (Database copy = Kith.open(restored)) {
                    long count = copy.collection("a").count();
                    assertTrue(count >= before && count <= after && count % 10 == 0, before + " " + count + " " + after);
                    for (long n = 0; n < count; n++) {
                        assertEquals(record((int) n), copy.collection("a").get("r" + n));
                    }
                    assertEquals(10, copy.collection("b").count());
                    copy.collection("a").upsert(record(100_000)); // a database like any other
                    assertTrue(copy.collection("a").verify().ok());
                }
            }
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void unchangedFilesAreShared() throws IOException {
        Path folder = filled();
        try (Database database = Kith.open(folder)) {
            SnapshotReport first = database.snapshot(scratch.resolve("s1"));
            SnapshotReport second = database.snapshot(scratch.resolve("s2"), scratch.resolve("s1"));
            assertEquals(first.bytes(), second.bytes());
            Path vectors = Folders.files(scratch.resolve("s1"), ".kvec").getFirst();
            Path again = scratch.resolve("s2").resolve(scratch.resolve("s1").relativize(vectors));
            if (second.linkedFiles() > 0) {
                assertEquals(Files.readAttributes(vectors, "unix:ino"), Files.readAttributes(again, "unix:ino"));
            }
            database.collection("a").delete(Filter.all());
            database.collection("a").optimize();
            database.collection("a").flush();
            assertThrows(StorageException.class, () -> database.snapshot(scratch.resolve("s2")), "a folder that is there");
            assertThrows(IllegalArgumentException.class, () -> database.snapshot(folder.resolve("inside")));
        }
        Kith.restore(scratch.resolve("s1"), scratch.resolve("r"));
        try (Database copy = Kith.open(scratch.resolve("r"))) {
            assertEquals(300, copy.collection("a").count()); // deleting in the database changes no snapshot
        }
        try (Database other = Kith.open(scratch.resolve("other"))) {
            assertThrows(IllegalArgumentException.class, () -> other.snapshot(scratch.resolve("s3"), scratch.resolve("s1")));
        }
    }

    @Test
    void aSnapshotIsNotOpenedInPlace() {
        Path folder = filled();
        try (Database database = Kith.open(folder)) {
            database.snapshot(scratch.resolve("s"));
        }
        assertThrows(NotADatabaseException.class, () -> Kith.open(scratch.resolve("s")));
        assertThrows(CorruptDatabaseException.class, () -> Kith.restore(folder, scratch.resolve("r")), "no manifest");
        assertThrows(StorageException.class, () -> Kith.restore(scratch.resolve("s"), folder), "a folder in use");
    }

    @Test
    void aDamagedSnapshotIsRefusedAndNothingIsLeft() throws IOException {
        Path folder = filled();
        Path sound = scratch.resolve("s");
        try (Database database = Kith.open(folder)) {
            database.snapshot(sound);
        }
        Random random = new Random(9);
        int number = 0;
        for (Path file : Folders.files(sound)) {
            if (!Folders.chosen(file)) {
                continue;
            }
            Path copy = Folders.copy(sound, scratch.resolve("copy" + number++));
            Path damaged = copy.resolve(sound.relativize(file));
            Folders.flip(damaged, random.nextInt((int) Files.size(file)), random.nextInt(8));
            assertRefused(copy);
            Files.write(damaged, new byte[0]);
            assertRefused(copy);
            Files.delete(damaged);
            assertRefused(copy);
        }
    }

    private void assertRefused(Path snapshot) {
        Path target = scratch.resolve("target");
        KithException e = assertThrows(KithException.class, () -> Kith.restore(snapshot, target));
        assertTrue(e instanceof CorruptDatabaseException || e instanceof UnsupportedVersionException, e.toString());
        assertFalse(Files.exists(target) || Files.exists(scratch.resolve("target.kith-unfinished")));
    }

    /// Manifests with sound checksums, made to lead out of the folder or to eat the disk.
    @Test
    void aHostileSnapshotCanDoNoHarm() throws IOException {
        Path outside = Files.writeString(scratch.resolve("outside.txt"), "not yours");
        List<String> paths = List.of("../outside.txt", "/etc/passwd", "c1/../../outside.txt", "c1/index/../../../outside.txt",
                "LOCK", "SNAPSHOT", "c1/index/", "c1\\index\\x", "c1/index/a/b", "C:/x", "c1/index/..", "c1/other/x", "",
                "c1/index/x\u0000y", "c99999999999/SCHEMA", "c1/index/-x", "CON", "c1/index/" + "x".repeat(300));
        for (String path : paths) {
            Path hostile = Files.createTempDirectory(scratch, "hostile");
            write(hostile, List.of(new SnapshotManifest.Entry(path, 9, 0, new byte[0])));
            assertRefused(hostile);
        }
        Path twice = Files.createTempDirectory(scratch, "twice");
        SnapshotManifest.Entry catalog = new SnapshotManifest.Entry("CATALOG", 9, 0, new byte[0]);
        write(twice, List.of(catalog, catalog));
        assertRefused(twice);

        Path huge = Files.createTempDirectory(scratch, "huge");
        Files.writeString(huge.resolve("CATALOG"), "not yours");
        write(huge, List.of(new SnapshotManifest.Entry("CATALOG", 1L << 60, 0, new byte[0])));
        assertRefused(huge);

        Path linked = Files.createTempDirectory(scratch, "linked");
        Files.createSymbolicLink(linked.resolve("CATALOG"), outside);
        write(linked, List.of(catalog));
        assertRefused(linked);
        Path linkedFolder = Files.createTempDirectory(scratch, "linkedFolder");
        Files.writeString(Files.createDirectories(scratch.resolve("elsewhere")).resolve("SCHEMA"), "not yours");
        Files.createSymbolicLink(linkedFolder.resolve("c1"), scratch.resolve("elsewhere"));
        write(linkedFolder, List.of(new SnapshotManifest.Entry("c1/SCHEMA", 9, 0, new byte[0])));
        assertRefused(linkedFolder);
        Path folderForFile = Files.createTempDirectory(scratch, "folder");
        Files.createDirectory(folderForFile.resolve("CATALOG"));
        write(folderForFile, List.of(catalog));
        assertRefused(folderForFile);
        assertEquals("not yours", Files.readString(outside));
    }

    private static void write(Path folder, List<SnapshotManifest.Entry> entries) throws IOException {
        byte[] body = new SnapshotManifest(new UUID(1, 2), 3, Map.of(1, 5L), entries).encode();
        Files.write(folder.resolve("SNAPSHOT"), SealedBytes.seal(MANIFEST, body));
    }

    @Test
    void aSnapshotCutShortStartsOver() throws IOException {
        Path folder = filled();
        Files.createDirectories(scratch.resolve("s.kith-unfinished/c1/index"));
        Files.writeString(scratch.resolve("s.kith-unfinished/c1/index/_0.kvec"), "half");
        try (Database database = Kith.open(folder)) {
            database.snapshot(scratch.resolve("s"));
        }
        assertFalse(Files.exists(scratch.resolve("s.kith-unfinished")));
        Kith.verifySnapshot(scratch.resolve("s"));
    }
}
