package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records that end: never seen after their end, by whatever road.
class ExpiryTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).instant("seen").text("body")
            .expireAfter("seen", Duration.ofHours(1)).build();
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    private static Record.Builder record(String id) {
        return Record.builder(id).vector("v", new float[]{1, 2}).field("body", "words");
    }

    private static void seesOnly(Collection collection, String... ids) {
        List<String> expected = List.of(ids);
        assertEquals(expected, collection.search(Query.nearest("v", new float[]{1, 2})).ids().stream().sorted().toList());
        assertEquals(expected, collection.search(Query.text("body", "words")).ids().stream().sorted().toList());
        assertEquals(expected.size(), collection.count());
        assertEquals(expected.size(), collection.count(Filter.exists("body")));
        try (var all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
            assertEquals(expected, all.map(Record::id).sorted().toList());
        }
        assertTrue(collection.verify().ok(), () -> collection.verify().toString());
    }

    @Test
    void whatHasEndedIsSeenByNoReadAndTakesNoPlace(@TempDir Path folder) {
        Instant later = Instant.now().plus(Duration.ofDays(1));
        try (Database database = Kith.open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("own").expiresAt(LONG_AGO).build(), record("field").field("seen", LONG_AGO).build(),
                    record("stays").expiresAt(later).field("seen", Instant.now()).build(), record("plain").build());
            seesOnly(collection, "plain", "stays");
            assertNull(collection.get("own"));
            assertEquals(later, java.util.Objects.requireNonNull(collection.get("stays")).expiresAt());
            collection.insert(record("own").build()); // its id is free
            assertEquals(0, collection.delete("field"));
            collection.update(Update.of("stays").set("seen", LONG_AGO));
            seesOnly(collection, "own", "plain");
            collection.update(Update.of("plain").expiresAt(LONG_AGO));
            collection.flush();
            seesOnly(collection, "own");
        }
        try (Database database = Kith.open(folder)) {
            seesOnly(database.collection("c"), "own");
            database.collection("c").optimize();
            assertEquals(0, database.collection("c").stats().deletedRecords());
        }
    }

    @Test
    void anEndIsKeptToTheInstantWhereverTheRecordIs(@TempDir Path folder) throws InterruptedException {
        boolean seen = false;
        for (long millis = 500; !seen; millis *= 2) { // a machine that is too slow to see them gets longer
            try (Database database = Kith.open(folder.resolve("db" + millis))) {
                Collection collection = database.createCollection("c", SCHEMA);
                Instant end = Instant.now().plusMillis(millis);
                collection.upsert(record("segment").expiresAt(end).build(), record("stays").build());
                collection.flush();
                collection.optimize();
                collection.upsert(record("recent").expiresAt(end).build());
                seen = seenUntil(collection, end);
            }
            try (Database database = Kith.open(folder.resolve("db" + millis))) {
                seesOnly(database.collection("c"), "stays");
            }
        }
    }

    /// Searches until the end has passed; whether one search began and ended before it.
    private static boolean seenUntil(Collection collection, Instant end) throws InterruptedException {
        boolean seen = false;
        while (true) {
            Instant before = Instant.now();
            List<String> ids = collection.search(Query.nearest("v", new float[]{1, 2})).ids();
            if (!before.isBefore(end)) {
                assertEquals(List.of("stays"), ids);
                return seen;
            }
            if (Instant.now().isBefore(end)) {
                assertEquals(3, ids.size());
                seen = true;
            }
            Thread.sleep(5);
        }
    }

    @Test
    void anEndThatCameWhileTheDatabaseWasClosedCounts(@TempDir Path folder) throws InterruptedException {
        Instant end = Instant.now().plusMillis(1500);
        try (Database database = Kith.open(folder)) {
            database.createCollection("c", SCHEMA).upsert(record("a").expiresAt(end).build(), record("b").build());
        }
        while (Instant.now().isBefore(end)) {
            Thread.sleep(50);
        }
        try (Database database = Kith.open(folder)) {
            seesOnly(database.collection("c"), "b");
        }
    }

    @Test
    void expiryIsPartOfARecordAndOfASchema(@TempDir Path folder) {
        assertThrows(InvalidSchemaException.class, () -> Schema.builder().vector("v", 1, Metric.COSINE).keyword("k")
                .expireAfter("k", Duration.ofDays(1)).build());
        assertThrows(InvalidSchemaException.class, () -> new Expiry("seen", Duration.ZERO));
        assertFalse(record("a").expiresAt(LONG_AGO).build().equals(record("a").build()));
        try (Database database = Kith.open(folder)) {
            database.createCollection("c", SCHEMA);
            assertThrows(InvalidRecordException.class,
                    () -> database.collection("c").upsert(record("a").expiresAt(Instant.MAX).build()));
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(SCHEMA, database.collection("c").schema());
        }
    }
}
