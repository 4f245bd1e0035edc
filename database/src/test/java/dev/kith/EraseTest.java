package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is erased is in no file any more: not in segments, older commits, indexes or the log.
class EraseTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 4, Metric.SQUARED_L2).keyword("k").text("t").build();

    @TempDir Path scratch;

    private static Record record(int i, String version) {
        return Record.builder("id" + i).vector("v", new float[]{1.7f * i, 3.3f, i, 0.25f}).field("k", version + "key" + i + "x")
                .field("t", version + "text" + i + "x").payload("{\"p\":\"" + version + "payload" + i + "x\"}").build();
    }

    private static void assertGone(Path folder, int i) throws IOException {
        for (String version : new String[]{"old", "new"}) {
            for (String part : new String[]{"key", "text", "payload"}) {
                byte[] canary = (version + part + i + "x").getBytes(StandardCharsets.UTF_8);
                assertEquals(List.of(), Folders.containing(folder, canary), version + part + i);
            }
        }
        assertEquals(List.of(), Folders.containing(folder, vectorBytes(i)), "vector " + i);
    }

    private static byte[] vectorBytes(int i) {
        ByteBuffer vector = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (float component : record(i, "").vector("v")) {
            vector.putFloat(component);
        }
        return vector.array();
    }

    @Test
    void noByteIsLeft() throws IOException {
        Path folder = scratch.resolve("db");
        Path snapshot = scratch.resolve("snapshot");
        try (Database database = Kith.open(folder, Options.defaults().withGraphRecords(50))) {
            Collection collection = database.createCollection("c", SCHEMA);
            for (String version : new String[]{"old", "new"}) {
                for (int i = 0; i < 200; i += 50) {
                    List<Record> batch = new ArrayList<>();
                    for (int j = i; j < i + 50; j++) {
                        batch.add(record(j, version));
                    }
                    collection.upsert(batch);
                    collection.flush();
                }
            }
            collection.optimize();
            collection.upsert(record(7, "new"), record(8, "new"), record(9, "new")); // once more, in the log and in memory
            assertFalse(Folders.containing(folder, "newtext7x".getBytes(StandardCharsets.UTF_8)).isEmpty());
            assertFalse(Folders.containing(folder, vectorBytes(150)).isEmpty());
            database.snapshot(snapshot);
            EraseReport report = collection.erase(List.of("id7", "id8", "id150", "nobody"));
            assertEquals(3, report.records());
            assertEquals(List.of(snapshot.toAbsolutePath()), report.snapshots());
            for (int i : new int[]{7, 8, 150}) {
                assertGone(folder, i);
                assertNull(collection.get("id" + i));
            }
            assertEquals(197, collection.count());
            assertNotNull(collection.get("id9"));
            assertFalse(Folders.containing(folder, vectorBytes(9)).isEmpty(), "what was not erased is still found so");
            assertEquals(0, collection.stats().deletedRecords());
            assertFalse(Folders.containing(snapshot, vectorBytes(7)).isEmpty(),
                    "the snapshot that was named does hold it");
            BadInputTest.deleteTree(snapshot);
            collection.upsert(record(7, "again"));
            assertEquals(new EraseReport(1, List.of()), collection.erase(List.of("id7")));
            assertEquals(List.of(), Folders.containing(folder, "againtext7x".getBytes(StandardCharsets.UTF_8)));
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(197, database.collection("c").count());
            assertNull(database.collection("c").get("id7"));
        }
        assertGone(folder, 8);
    }

    @Test
    void aTenantErasesItsOwn() throws IOException {
        Path folder = scratch.resolve("db");
        try (Database database = Kith.open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.tenant("a").upsert(record(1, "new"));
            collection.tenant("b").upsert(record(1, "old"));
            collection.flush();
            assertEquals(1, collection.tenant("a").erase(List.of("id1")).records());
            assertEquals(List.of(), Folders.containing(folder, "newtext1x".getBytes(StandardCharsets.UTF_8)));
            assertEquals(record(1, "old"), collection.tenant("b").get("id1"));
        }
    }
}
