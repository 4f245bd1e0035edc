package dev.kith;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writes on conditions, changes of parts, and fields that come later.
class WriteTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2)
            .add(VectorField.of("w", 2, Metric.COSINE).asOptional()).keyword("lang").longInteger("n").keyword("author.name")
            .text("body")
            .add(new ScalarField("rank", FieldType.INTEGER, false, 7)).build();
    @TempDir Path folder;
    private Database database;
    private Collection collection;

    @BeforeEach
    void open() {
        database = Kith.open(folder, Options.defaults().withDurability(Durability.osBuffered()).withRecentRecords(16));
        collection = database.collections().isEmpty()
                ? database.createCollection("c", SCHEMA)
                : database.collection("c");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        close();
        open();
    }

    private static Record.Builder record(String id) {
        return Record.builder(id).vector("v", new float[]{1, 2}).vector("w", new float[]{3, 4}).field("lang", "en");
    }

    private Record get(String id) {
        return java.util.Objects.requireNonNull(collection.get(id));
    }

    @Test
    void anUpdateChangesWhatItNamesAndNothingElse() {
        collection.upsert(record("a").field("n", 1).field("author", Map.of("name", "Ada")).payload("{}").build());
        collection.update(Update.of("a").set("n", 2).set("lang", null).remove("author"));
        Record after = record("a").payload("{}").build().toBuilder().build();
        Record got = get("a");
        assertEquals(2L, got.field("n"));
        assertEquals(java.util.Set.of("lang"), got.nulls());
        assertNull(got.field("author.name"));
        assertArrayEquals(after.vector("v"), got.vector("v"));
        assertEquals("{}", got.payload());
        assertEquals(7, got.field("rank"));
        collection.flush();
        collection.update(Update.of("a").vector("v", new float[]{5, 6}).removeVector("w").removePayload().set("lang", "de"));
        got = get("a");
        assertArrayEquals(new float[]{5, 6}, got.vector("v"));
        assertNull(got.vector("w"));
        assertNull(got.payload());
        assertEquals(2L, got.field("n"));
        assertEquals(List.of("a"),
                collection.search(Query.nearest("v", new float[]{5, 6}).filter(Filter.eq("lang", "de"))).ids());
        reopen();
        assertEquals(got, get("a"));
        assertEquals(got.version(), get("a").version());
    }

    @Test
    void anUpdateThatDoesNotFitOrHasNoRecordChangesNothing() {
        collection.upsert(record("a").build());
        ConflictException missing = assertThrows(ConflictException.class,
                () -> collection.update(Update.of("a").set("n", 1), Update.of("b").set("n", 1)));
        assertEquals("b", missing.id());
        assertEquals(0, missing.found());
        assertNull(get("a").field("n"));
        assertThrows(InvalidRecordException.class, () -> collection.update(Update.of("a").set("n", "x")));
        assertThrows(InvalidRecordException.class, () -> collection.update(Update.of("a").removeVector("v")));
        assertThrows(InvalidRecordException.class, () -> collection.update(Update.of("a").set("m", 1)));
        assertThrows(InvalidRecordException.class,
                () -> collection.update(Update.of("a").set("n", 1), Update.of("a").set("n", 2)));
        assertThrows(IllegalArgumentException.class, () -> Update.of("b").applyTo(get("a")));
        assertNull(get("a").field("n"));
    }

    @Test
    void aVersionIsThatOfTheLastWriteEverywhere() {
        long first = collection.upsert(record("a").build(), record("b").build());
        long second = collection.upsert(record("b").field("n", 1).build());
        assertEquals(first, get("a").version());
        assertEquals(second, get("b").version());
        collection.flush();
        collection.optimize();
        assertEquals(first, get("a").version());
        try (var all = collection.scan(Filter.ids("b"), Projection.NONE)) {
            assertEquals(List.of(second), all.map(Record::version).toList());
        }
        reopen();
        assertEquals(second, get("b").version());
        assertTrue(second > first);
    }

    @Test
    void aWriteInAVersionThatHasPassedIsRefusedWithItsWholeBatch() {
        long version = collection.upsert(record("a").build());
        collection.write(Write.upsert(record("a").field("n", 1).build()).ifVersion(version), Write.insert(record("b").build()));
        ConflictException late = assertThrows(ConflictException.class,
                () -> collection.write(Write.upsert(record("c").build()), Write.delete("a").ifVersion(version)));
        assertEquals(version, late.expected());
        assertEquals(get("a").version(), late.found());
        assertNull(collection.get("c"));
        ConflictException taken = assertThrows(ConflictException.class, () -> collection.insert(record("b").build()));
        assertEquals(0, taken.expected());
        collection.write(Write.delete("a").ifVersion(late.found()), Write.delete("nobody"));
        assertNull(collection.get("a"));
        assertThrows(ConflictException.class, () -> collection.write(Write.delete("a").ifVersion(Write.ANY_VERSION)));
        collection.insert(record("a").build());
        assertThrows(InvalidRecordException.class, () -> Write.delete("a").ifVersion(-2));
        assertEquals(2, collection.count());
    }

    @Test
    void countersOfManyThreadsLoseNoIncrement() throws Exception {
        for (int i = 0; i < 4; i++) {
            collection.upsert(record("n" + i).field("n", 0).build());
        }
        int threads = 4;
        int each = 150;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads + 1)) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                work.add(() -> {
                    int retries = 0;
                    for (int i = 0; i < each; i++) {
                        String id = "n" + i % 4;
                        while (!increment(id)) {
                            retries++;
                        }
                    }
                    return retries;
                });
            }
            work.add(() -> {
                for (int i = 0; i < 300; i++) {
                    collection.upsert(record("other" + i % 20).build());
                }
                collection.addFields(new ScalarField("late", FieldType.LONG, false));
                return 0;
            });
            for (Future<Integer> future : pool.invokeAll(work)) {
                assertTrue(future.get() >= 0);
            }
        }
        long sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += (Long) get("n" + i).field("n");
        }
        assertEquals((long) threads * each, sum);
    }

    private boolean increment(String id) {
        Record before = get(id);
        try {
            collection.write(
                    Write.update(Update.of(id).set("n", (Long) before.field("n") + 1)).ifVersion(before.version()));
            return true;
        } catch (ConflictException e) {
            return false;
        }
    }

    @Test
    void aRecordWithoutAnIdGetsOneOfItsOwn() {
        Record one = Record.builder().vector("v", new float[]{1, 2}).build();
        Record two = Record.builder().vector("v", new float[]{1, 2}).build();
        assertNotEquals(one.id(), two.id());
        java.util.UUID id = java.util.UUID.fromString(one.id());
        assertEquals(7, id.version());
        assertEquals(2, id.variant());
        collection.insert(one, two);
        assertEquals(2, collection.count());
    }

    @Test
    void fieldsAreAddedToALiveCollectionAndStay() {
        collection.upsert(record("old").build());
        collection.addFields(new ScalarField("year", FieldType.INTEGER, false, 2000L),
                VectorField.of("late", 3, Metric.COSINE).asOptional(), new TextField("title", TextAnalysis.ENGLISH),
                new SparseVectorField("terms"), new MultiVectorField("tokens", 2, Metric.COSINE));
        assertEquals(2000, ((ScalarField) java.util.Objects.requireNonNull(collection.schema().field("year"))).defaultValue());
        Record latest = record("new").field("year", 2026).vector("late", new float[]{1, 0, 0}).field("title", "running dogs")
                .field("terms", SparseVector.of(new int[]{1}, new float[]{2}))
                .field("tokens", MultiVector.of(2, new float[]{1, 0}))
                .build();
        collection.upsert(latest, record("default").build());
        for (int round = 0; round < 2; round++) {
            assertEquals(List.of("new"), collection.search(Query.nearest("late", new float[]{1, 0, 0})).ids());
            assertEquals(List.of("new"), collection.search(Query.text("title", "dog")).ids());
            assertEquals(1, collection.count(Filter.gt("year", 2001)));
            assertEquals(1, collection.count(Filter.eq("year", 2000)));
            assertEquals(1, collection.count(Filter.exists("terms").and(Filter.exists("tokens"))));
            assertNull(get("old").field("year"));
            assertEquals(latest.field("tokens"), get("new").field("tokens"));
            assertEquals(latest.field("terms"), get("new").field("terms"));
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
            reopen();
        }
        assertThrows(InvalidSchemaException.class, () -> collection.addFields(new ScalarField("year", FieldType.LONG, false)));
        assertThrows(InvalidSchemaException.class, () -> collection.addFields(VectorField.of("x", 2, Metric.COSINE)));
        assertThrows(InvalidSchemaException.class,
                () -> collection.addFields(new ScalarField("bad", FieldType.LONG, false, "seven")));
        assertEquals(12, collection.schema().fields().size());
    }

    @Test
    void aStreamBegunBeforeAFieldWasAddedEndsAsItBegan() {
        for (int i = 0; i < 200; i++) {
            collection.upsert(record("r" + i).build());
        }
        try (var all = collection.scan(Filter.matches("body", "x").not(), Projection.EVERYTHING)) {
            var iterator = all.iterator();
            iterator.next();
            collection.addFields(new ScalarField("later", FieldType.LONG, false));
            collection.upsert(record("r200").field("later", 1).build());
            int count = 1;
            while (iterator.hasNext()) {
                iterator.next();
                count++;
            }
            assertEquals(200, count);
        }
        assertEquals(201, collection.count());
    }

    @Test
    void dynamicFieldsTakeTheTypeOfTheirFirstValue() {
        Collection open = database.createCollection("open", Schema.builder().vector("v", 1, Metric.SQUARED_L2).dynamic().build());
        open.upsert(
                Record.builder("a").vector("v", new float[]{1}).field("color", "red").field("size", 3).field("tags", List.of("x"))
                        .field("ratios", List.of(1, 0.5)).field("meta", Map.of("ok", true)).build());
        assertEquals(new ScalarField("size", FieldType.LONG, false), open.schema().field("size"));
        assertEquals(new ScalarField("ratios", FieldType.DOUBLE, true), open.schema().field("ratios"));
        assertEquals(1, open.count(Filter.parse("color = 'red' and size > 2 and tags contains 'x' and meta.ok = true")));
        assertThrows(InvalidRecordException.class,
                () -> open.upsert(Record.builder("b").vector("v", new float[]{1}).field("size", "large").build()));
        assertThrows(InvalidRecordException.class, () -> open.upsert(Record.builder("b").field("odd", new Object()).build()));
        open.update(Update.of("a").set("later", 1.5f));
        database.close();
        open();
        assertEquals(1, database.collection("open").count(Filter.eq("later", 1.5)));
        assertThrows(InvalidRecordException.class, () -> collection.upsert(record("a").field("color", "red").build()));
    }
}
