package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An encrypted database gives nothing away on disk, works as any other, and opens with its own key alone.
class EncryptionTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 8, Metric.COSINE).keyword("secretfield").text("t").build();
    private static final KeyProvider KEY = KeyProvider.ofKey(new byte[32]);

    @TempDir Path scratch;

    private static Options with(KeyProvider keys) {
        return Options.defaults().withGraphRecords(50).withSafety(Safety.defaults().withKeys(keys));
    }

    private static Record record(int i) {
        float[] vector = new float[8];
        java.util.Arrays.fill(vector, 1.25f + i);
        vector[i % 8] = -3.5f;
        return Record.builder("canary-id-" + i).vector("v", vector).field("secretfield", "canary-keyword")
                .field("t", "canary words " + i).payload("{\"canary\":\"payload\"}").build();
    }

    private static List<Record> records(int from, int to) {
        List<Record> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(record(i));
        }
        return records;
    }

    private static byte[] vectorBytes(int i) {
        ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (float component : record(i).vector("v")) {
            bytes.putFloat(component);
        }
        return bytes.array();
    }

    private void assertNoPlaintext(Path folder) throws IOException {
        for (String canary : new String[]{"canary", "secretfield", "notes"}) {
            assertEquals(List.of(), Folders.containing(folder, canary.getBytes(StandardCharsets.UTF_8)), canary);
        }
        assertEquals(List.of(), Folders.containing(folder, vectorBytes(7)));
    }

    @Test
    void noFileHoldsAWordOfIt() throws IOException {
        Path folder = scratch.resolve("db");
        try (Database database = Kith.open(folder, with(KEY))) {
            Collection notes = database.createCollection("notes", SCHEMA);
            notes.upsert(records(0, 100));
            assertNoPlaintext(folder); // the log
            notes.flush();
            notes.upsert(records(100, 200));
            notes.optimize();
            notes.upsert(record(7));
            assertNoPlaintext(folder);
            assertTrue(notes.verify().ok(), () -> notes.verify().toString());
            assertEquals(200, notes.count());
        }
        assertNoPlaintext(folder);
        try (Database database = Kith.open(folder, with(KEY))) {
            Collection notes = database.collection("notes");
            assertEquals(200, notes.count());
            assertEquals(record(7), notes.get("canary-id-7"));
            assertEquals(200, notes.count(Filter.eq("secretfield", "canary-keyword")));
            assertEquals(List.of("canary-id-33"), notes.search(Query.text("t", "33")).ids());
            assertEquals(10, notes.search(Query.nearest("v", record(50).vector("v")).withPayload()).hits().size());
            if (Files.exists(Path.of("/proc/self/maps"))) {
                assertFalse(Files.readString(Path.of("/proc/self/maps")).contains(folder.toRealPath().toString()));
            }
        }
    }

    @Test
    void aKilledWriterLosesNothing() throws IOException {
        Path folder = scratch.resolve("db");
        Path copy;
        try (Database database = Kith.open(folder, with(KEY))) {
            Collection notes = database.createCollection("notes", SCHEMA);
            notes.upsert(records(0, 30));
            notes.flush();
            notes.upsert(records(20, 60));
            copy = Folders.copy(folder, scratch.resolve("as-killed"));
        }
        try (Database database = Kith.open(copy, with(KEY))) {
            assertEquals(60, database.collection("notes").count());
            assertEquals(1, database.collection("notes").stats().recovery().operations());
        }
    }

    @Test
    void onlyItsOwnKeyOpensIt() {
        Path folder = scratch.resolve("db");
        Kith.open(folder, with(KEY)).close();
        byte[] other = new byte[32];
        other[5] = 1;
        assertThrows(WrongKeyException.class, () -> Kith.open(folder));
        assertThrows(WrongKeyException.class, () -> Kith.open(folder, with(KeyProvider.ofKey(other))));
        Path plain = scratch.resolve("plain");
        Kith.open(plain).close();
        assertThrows(WrongKeyException.class, () -> Kith.open(plain, with(KEY)));
        KeyProvider broken = new KeyProvider() {
            @Override
            public byte[] wrap(byte[] dataKey) throws IOException {
                throw new IOException("the key service is not there");
            }

            @Override
            public byte[] unwrap(byte[] wrapped) {
                return new byte[3];
            }
        };
        assertThrows(WrongKeyException.class, () -> Kith.open(scratch.resolve("new"), with(broken)));
        assertThrows(WrongKeyException.class, () -> Kith.open(folder, with(broken)));
        Kith.open(folder, with(KEY)).close();
    }

    @Test
    void aRotatedKeyOpensItAndTheOldOneDoesNot() {
        Path folder = scratch.resolve("db");
        byte[] other = new byte[32];
        other[31] = 77;
        KeyProvider next = KeyProvider.ofKey(other);
        try (Database database = Kith.open(folder, with(KEY))) {
            database.createCollection("notes", SCHEMA).upsert(records(0, 10));
            database.rotateKey(next);
            database.collection("notes").upsert(records(10, 20));
        }
        assertThrows(WrongKeyException.class, () -> Kith.open(folder, with(KEY)));
        try (Database database = Kith.open(folder, with(next))) {
            assertEquals(20, database.collection("notes").count());
        }
        try (Database database = Kith.open(scratch.resolve("plain"))) {
            assertThrows(IllegalStateException.class, () -> database.rotateKey(next));
        }
    }

    @Test
    void changedFilesAreRefused() throws IOException {
        Path folder = scratch.resolve("db");
        try (Database database = Kith.open(folder, with(KEY))) {
            Collection notes = database.createCollection("notes", SCHEMA);
            notes.upsert(records(0, 100));
            notes.optimize();
        }
        long seed = Long.getLong("kith.seed", 5);
        Random random = new Random(seed);
        int copies = 0;
        int refused = 0;
        for (Path file : Folders.files(folder)) {
            if (Files.size(file) == 0 || file.endsWith("LOCK") || !Folders.chosen(file)) {
                continue;
            }
            Path copy = Folders.copy(folder, scratch.resolve("copy" + copies++));
            Folders.flip(copy.resolve(folder.relativize(file)), random.nextInt((int) Files.size(file)), random.nextInt(8));
            try (Database database = Kith.open(copy, with(KEY))) { // harmless, set aside, or healed from the commit before
                assertEquals(100, database.collection("notes").count(), file + ", seed " + seed);
                assertEquals(record(7), database.collection("notes").get("canary-id-7"), file + ", seed " + seed);
            } catch (CorruptDatabaseException | UnsupportedVersionException | WrongKeyException e) {
                refused++;
            }
        }
        assertTrue(refused >= 1, refused + " refused");
    }

    @Test
    void anEncryptedSnapshotStaysEncrypted() throws IOException {
        Path folder = scratch.resolve("db");
        Path snapshot = scratch.resolve("snapshot");
        try (Database database = Kith.open(folder, with(KEY))) {
            database.createCollection("notes", SCHEMA).upsert(records(0, 50));
            database.snapshot(snapshot);
        }
        assertNoPlaintext(snapshot);
        Path restored = scratch.resolve("restored");
        Kith.restore(snapshot, restored);
        assertNoPlaintext(restored);
        assertThrows(WrongKeyException.class, () -> Kith.open(restored));
        try (Database database = Kith.open(restored, with(KEY))) {
            assertEquals(50, database.collection("notes").count());
        }
    }
}
