package dev.kith.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Options;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.storage.Vfs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A clock that jumps. The torture `clock` does the same at random, and crashes in between.
class ClockTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).build();
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private volatile Instant now = NOON;

    private Database open(Path folder) {
        InstantSource clock = () -> now;
        return EngineDatabase.open(Vfs.local(), folder, Options.defaults(), clock);
    }

    private static Record record(String id, Instant end) {
        return Record.builder(id).vector("v", new float[]{1, 2}).expiresAt(end).build();
    }

    private static void seesOnly(Collection collection, String... ids) {
        assertEquals(ids.length, collection.count());
        assertEquals(List.of(ids), collection.search(Query.nearest("v", new float[]{1, 2})).ids().stream().sorted().toList());
        try (var all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
            assertEquals(List.of(ids), all.map(Record::id).sorted().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatEndedStaysAwayWhenTheClockIsSetBack(boolean flushed, @TempDir Path folder) {
        try (Database database = open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("soon", NOON.plus(HOUR)), record("later", NOON.plus(HOUR.multipliedBy(3))));
            if (flushed) {
                collection.flush();
            }
            seesOnly(collection, "later", "soon");
            now = NOON.plus(HOUR.multipliedBy(2));
            seesOnly(collection, "later");
            now = NOON.minus(HOUR);
            seesOnly(collection, "later");
            collection.upsert(record("soon", NOON.plus(HOUR))); // a new record of that id ends by the clock as it is now
            seesOnly(collection, "later", "soon");
            now = NOON.plus(HOUR);
            seesOnly(collection, "later");
            now = NOON;
        }
        try (Database database = open(folder)) {
            seesOnly(database.collection("c"), "later");
            assertTrue(database.collection("c").verify().ok());
        }
    }

    @Test
    void aJumpWhileTheDatabaseIsClosedCountsAtTheFirstRead(@TempDir Path folder) {
        try (Database database = open(folder)) {
            database.createCollection("c", SCHEMA).upsert(record("a", NOON.plus(HOUR)),
                    record("b", NOON.plus(HOUR.multipliedBy(2))));
        }
        now = NOON.minus(Duration.ofDays(10_000));
        try (Database database = open(folder)) {
            seesOnly(database.collection("c"), "a", "b");
        }
        now = NOON.plus(HOUR);
        try (Database database = open(folder)) {
            seesOnly(database.collection("c"), "b");
        }
        now = NOON;
        try (Database database = open(folder)) {
            seesOnly(database.collection("c"), "b");
        }
    }

    /// Nanoseconds of 64 bits end in 1677 and 2262; a broken clock may stand beyond.
    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "1970-01-01T00:00:00Z"})
    void aClockBeforeAllTimeEndsNothing(Instant broken, @TempDir Path folder) {
        now = broken;
        try (Database database = open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a", NOON));
            seesOnly(collection, "a");
            now = NOON;
            seesOnly(collection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2262-04-11T23:47:16.854775806Z", "2300-01-01T00:00:00Z", "+1000000000-12-31T23:59:59.999999999Z"})
    void aClockAfterAllTimeEndsWhatEndsAndNothingElse(Instant broken, @TempDir Path folder) {
        try (Database database = open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a", NOON.plus(HOUR)), Record.builder("b").vector("v", new float[]{1, 2}).build());
            seesOnly(collection, "a", "b");
            now = broken;
            seesOnly(collection, "b");
            now = NOON;
            seesOnly(collection, "b");
        }
    }
}
