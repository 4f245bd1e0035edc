package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is handed in wrongly is refused with an exception that names the place, and the database stays usable.
class BadInputTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 3, Metric.COSINE).keyword("lang").integer("year")
            .text("body").build();
    @TempDir Path folder;
    private Database database;
    private Collection collection;

    @BeforeEach
    void open() {
        database = Kith.open(folder.resolve("db"));
        collection = database.createCollection("c", SCHEMA);
        collection.upsert(good("first"));
    }

    @AfterEach
    void stillUsable() {
        if (database != null) {
            assertEquals(1, collection.count());
            collection.upsert(good("second"));
            assertEquals(2, collection.search(Query.nearest("v", new float[]{1, 0, 0})).hits().size());
            database.close();
        }
    }

    private static Record good(String id) {
        return Record.builder(id).vector("v", new float[]{1, 2, 3}).field("lang", "en").field("year", 2020).build();
    }

    private static <T extends InvalidInputException> T refused(Class<T> type, String field, Executable call) {
        T e = assertThrows(type, call);
        assertEquals(field, e.field(), e.getMessage());
        assertTrue(e.getMessage().contains(e.expected()), e.getMessage());
        return e;
    }

    private void refusedRecord(String field, Record.Builder record) {
        refused(InvalidRecordException.class, field, () -> collection.upsert(good("other"), record.build()));
    }

    @Test
    void badRecordsAreRefusedWithTheWholeBatch() {
        refusedRecord("v", Record.builder("x").vector("v", new float[]{1, 2}));
        refusedRecord("v", Record.builder("x").vector("v", new float[]{1, 2, Float.NaN}));
        refusedRecord("v", Record.builder("x").vector("v", new float[]{1, 2, Float.NEGATIVE_INFINITY}));
        refusedRecord("v", Record.builder("x").vector("v", new float[3]));
        refusedRecord("v", Record.builder("x"));
        refusedRecord("lang", Record.builder("x").vector("v", new float[]{1, 2, 3}).field("lang", 7));
        refusedRecord("yeer", Record.builder("x").vector("v", new float[]{1, 2, 3}).field("yeer", 7));
        refusedRecord("payload", Record.builder("x").vector("v", new float[]{1, 2, 3}).payload("{"));
        refusedRecord("id", Record.builder("").vector("v", new float[]{1, 2, 3}));
        refusedRecord("id", Record.builder("i".repeat(10 << 20)).vector("v", new float[]{1, 2, 3}));
        refused(InvalidRecordException.class, "batch",
                () -> collection.upsert(Collections.nCopies(Limits.MAX_BATCH_RECORDS + 1, good("x"))));
    }

    @Test
    void aBatchOverTheByteLimitIsRefused() {
        List<Record> batch = new ArrayList<>();
        String payload = "\"" + "x".repeat(Limits.MAX_PAYLOAD_BYTES - 2) + "\"";
        for (int i = 0; i < 17; i++) {
            batch.add(Record.builder("x" + i).vector("v", new float[]{1, 2, 3}).payload(payload).build());
        }
        refused(InvalidRecordException.class, "batch", () -> collection.upsert(batch));
    }

    @Test
    void badQueriesAreRefused() {
        refused(InvalidQueryException.class, "v", () -> collection.search(Query.nearest("v", new float[2])));
        refused(InvalidQueryException.class, "v", () -> collection.search(Query.nearest("v", new float[3])));
        refused(InvalidQueryException.class, "v", () -> collection.search(Query.nearest("v", new float[]{1, 2, Float.NaN})));
        refused(InvalidQueryException.class, "v", () -> collection.search(Query.nearest("v", new byte[]{1, 2, 3})));
        refused(InvalidQueryException.class, "w", () -> collection.search(Query.nearest("w", new float[3])));
        refused(InvalidQueryException.class, "lang", () -> collection.search(Query.nearest("lang", new float[3])));
        refused(InvalidQueryException.class, "lang", () -> collection.search(Query.text("lang", "x")));
        refused(InvalidQueryException.class, "langg",
                () -> collection.search(Query.nearest("v", new float[]{1, 2, 3}).fields("langg")));
        refused(InvalidQueryException.class, "k", () -> collection.search(Query.nearest("v", new float[]{1, 2, 3}).k(0)));
        refused(InvalidQueryException.class, "k", () -> collection.search(Query.nearest("v", new float[]{1, 2, 3}).k(1 << 30)));
        InvalidFilterException e = refused(InvalidFilterException.class, "yaer",
                () -> collection.search(Query.nearest("v", new float[]{1, 2, 3}).filter(Filter.eq("yaer", 1))));
        assertTrue(e.getMessage().contains("'year'"), e.getMessage());
        refused(InvalidFilterException.class, "year", () -> collection.count(Filter.eq("year", "x")));
        refused(InvalidFilterException.class, "year", () -> collection.delete(Filter.eq("year", "x")));
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            words.append(" w").append(i);
        }
        refused(InvalidQueryException.class, "body", () -> collection.search(Query.text("body", words.toString())));
        assertEquals(List.of(), collection.search(Query.text("body", " ,.; ")).ids());
    }

    @Test
    void theLargestKIsAnswered() {
        assertEquals(1, collection.search(Query.nearest("v", new float[]{1, 2, 3}).k(Limits.MAX_K)).hits().size());
    }

    @Test
    void unknownAndTakenCollectionNamesAreRefused() {
        assertTrue(refused(InvalidNameException.class, "d", () -> database.collection("d")).getMessage().contains("'c'"));
        refused(InvalidNameException.class, "c", () -> database.createCollection("c", SCHEMA));
        refused(InvalidNameException.class, "../c", () -> database.createCollection("../c", SCHEMA));
        refused(InvalidNameException.class, "nope", () -> database.dropCollection("nope"));
    }

    @Test
    void aSecondOpenerIsRefused() {
        DatabaseLockedException e = assertThrows(DatabaseLockedException.class, () -> Kith.open(folder.resolve("db")));
        assertTrue(e.getMessage().contains("LOCK"), e.getMessage());
        assertThrows(DatabaseLockedException.class, () -> Kith.open(folder.resolve("db/../db/.")));
    }

    @Test
    void aClosedHandleIsRefused() {
        Database other = Kith.open(folder.resolve("other"));
        Collection c = other.createCollection("c", SCHEMA);
        Stream<Record> scan = c.scan(Filter.all(), Projection.EVERYTHING);
        other.close();
        other.close();
        assertThrows(ClosedException.class, () -> c.search(Query.nearest("v", new float[]{1, 2, 3})));
        assertThrows(ClosedException.class, () -> c.upsert(good("x")));
        assertThrows(ClosedException.class, () -> c.delete("x"));
        assertThrows(ClosedException.class, () -> c.delete(Filter.all()));
        assertThrows(ClosedException.class, () -> c.get("x"));
        assertThrows(ClosedException.class, c::count);
        assertThrows(ClosedException.class, c::flush);
        assertThrows(ClosedException.class, c::optimize);
        assertThrows(ClosedException.class, c::stats);
        assertThrows(ClosedException.class, c::verify);
        assertThrows(ClosedException.class, other::collections);
        assertThrows(ClosedException.class, () -> other.createCollection("x", SCHEMA));
        assertEquals(0, scan.count()); // begun before: it ends undisturbed
    }

    @Test
    void aFolderThatIsNotADatabaseIsLeftAlone() throws IOException {
        Path foreign = Files.createDirectory(folder.resolve("photos"));
        Files.writeString(foreign.resolve("cat.jpg"), "meow");
        assertTrue(assertThrows(NotADatabaseException.class, () -> Kith.open(foreign)).getMessage().contains("cat.jpg"));
        try (Stream<Path> left = Files.list(foreign)) {
            assertEquals(1, left.count());
        }
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThrows(NotADatabaseException.class, () -> Kith.open(file));
        Options noCreate = Options.defaults().withCreateIfMissing(false);
        assertThrows(NotADatabaseException.class, () -> Kith.open(folder.resolve("absent"), noCreate));
        assertThrows(NotADatabaseException.class, () -> Kith.open(Files.createDirectory(folder.resolve("empty")), noCreate));
        assertTrue(Files.notExists(folder.resolve("absent")));
    }

    @Test
    void aNewerFormatIsRefusedAsSuch() throws IOException {
        Path other = folder.resolve("newer");
        Kith.open(other).close();
        byte[] catalog = Files.readAllBytes(other.resolve("CATALOG"));
        ByteBuffer bytes = ByteBuffer.wrap(catalog).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(catalog, 0, catalog.length - 4);
        bytes.putInt(catalog.length - 4, (int) crc.getValue());
        Files.write(other.resolve("CATALOG"), catalog);
        UnsupportedVersionException e = assertThrows(UnsupportedVersionException.class, () -> Kith.open(other));
        assertEquals(2, e.found());
        assertEquals(1, e.newestSupported());
    }

    @Test
    void damageIsRefusedWithFileAndPlace() throws IOException {
        Path other = folder.resolve("damaged");
        try (Database d = Kith.open(other)) {
            d.createCollection("c", SCHEMA).upsert(good("x"));
        }
        byte[] catalog = Files.readAllBytes(other.resolve("CATALOG"));
        byte[] flipped = catalog.clone();
        flipped[20] ^= 1;
        Files.write(other.resolve("CATALOG"), flipped);
        CorruptDatabaseException e = assertThrows(CorruptDatabaseException.class, () -> Kith.open(other));
        assertTrue(e.file().endsWith("CATALOG") && e.offset() > 0, e.getMessage());
        Files.write(other.resolve("CATALOG"), catalog);

        Path schema = other.resolve("c1/SCHEMA");
        byte[] schemaBytes = Files.readAllBytes(schema);
        Files.delete(schema);
        assertThrows(CorruptDatabaseException.class, () -> Kith.open(other));
        Files.write(schema, schemaBytes);

        Path hidden = folder.resolve("hidden");
        Files.move(other.resolve("c1/log"), hidden);
        assertThrows(CorruptDatabaseException.class, () -> Kith.open(other));
        deleteTree(other.resolve("c1/log"));
        Files.move(hidden, other.resolve("c1/log"));

        Files.move(other.resolve("c1/index"), hidden);
        Files.createDirectory(other.resolve("c1/index"));
        assertThrows(CorruptDatabaseException.class, () -> Kith.open(other));
        deleteTree(other.resolve("c1/index"));
        Files.move(hidden, other.resolve("c1/index"));
        try (Database d = Kith.open(other)) {
            assertEquals(1, d.collection("c").count());
        }
    }

    @Test
    void leftoversOfACrashAreIgnoredAndCollected() throws IOException {
        Path other = folder.resolve("leftovers");
        try (Database d = Kith.open(other)) {
            d.createCollection("c", SCHEMA).upsert(good("x"));
        }
        Files.writeString(other.resolve("CATALOG.tmp"), "half");
        Files.createDirectories(other.resolve("c7/index"));
        Files.writeString(other.resolve("c7/index/_0.cfs"), "half");
        Files.writeString(other.resolve("notes.txt"), "the user's own");
        try (Database d = Kith.open(other)) {
            assertEquals(1, d.collection("c").count());
        }
        assertTrue(Files.notExists(other.resolve("CATALOG.tmp")) && Files.notExists(other.resolve("c7")));
        assertTrue(Files.exists(other.resolve("notes.txt")));
    }

    @Test
    void aCreationCutShortBeforeTheCatalogStartsOver() throws IOException {
        Path other = Files.createDirectory(folder.resolve("fresh"));
        Files.writeString(other.resolve("LOCK"), "");
        Files.writeString(other.resolve("CATALOG.tmp"), "half");
        Kith.open(other).close();
        assertTrue(Files.exists(other.resolve("CATALOG")));
    }

    @Test
    void anInterruptedCallerHurtsNothing() {
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            collection.upsert(good("first"));
            assertTrue(Thread.currentThread().isInterrupted());
            collection.flush();
            assertEquals(1, collection.search(Query.nearest("v", new float[]{1, 0, 0}).withPayload()).hits().size());
            assertTrue(Thread.interrupted());
        }
        assertInstanceOf(Record.class, collection.get("first"));
    }

    static void deleteTree(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path p : all.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
