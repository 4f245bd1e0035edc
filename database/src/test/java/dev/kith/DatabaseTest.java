package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first things a user does.
class DatabaseTest {
    static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).keyword("lang").integer("n").text("body")
            .build();

    static Record record(String id, float x, float y, String lang) {
        return Record.builder(id).vector("v", new float[]{x, y}).field("lang", lang).field("n", (int) x)
                .field("body", "text of " + id)
                .payload("{\"id\":\"" + id + "\"}").build();
    }

    @Test
    void whatIsWrittenIsFoundAtOnceAndAfterReopening(@TempDir Path folder) {
        try (Database database = Kith.open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a", 0, 0, "en"), record("b", 1, 0, "de"), record("c", 5, 5, "en"));
            check(collection);
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(List.of("c"), database.collections());
            check(database.collection("c"));
        }
    }

    private static void check(Collection collection) {
        SearchResult result = collection.search(Query.nearest("v", new float[]{0.1f, 0}).k(2));
        assertEquals(List.of("a", "b"), result.ids());
        assertEquals(1f / 1.01f, result.hits().getFirst().score(), 1e-5f);
        assertEquals(List.of("a", "c"),
                collection.search(Query.nearest("v", new float[2]).filter(Filter.eq("lang", "en"))).ids());
        Hit hit = collection.search(Query.nearest("v", new float[]{5, 5}).k(1).allFields().withPayload().withVectors()).hits()
                .getFirst();
        assertEquals(record("c", 5, 5, "en").fields(), hit.fields());
        assertEquals("{\"id\":\"c\"}", hit.payload());
        assertEquals(VectorValue.of(5f, 5f), hit.vectors().get("v"));
        assertEquals(record("b", 1, 0, "de"), collection.get("b"));
        assertNull(collection.get("nobody"));
        assertEquals(List.of(record("c", 5, 5, "en"), record("a", 0, 0, "en")), collection.get(List.of("c", "nobody", "a")));
        assertEquals(3, collection.count());
        assertEquals(2, collection.count(Filter.ge("n", 1)));
        assertEquals(List.of("b"), collection.search(Query.text("body", "b")).ids());
        SearchResult hybrid = collection.search(Query.hybrid("v", new float[]{5, 5}, "body", "text c"));
        assertEquals("c", hybrid.ids().getFirst());
        assertEquals(2, hybrid.hits().getFirst().parts().size());
        assertEquals(2f / 61, hybrid.hits().getFirst().score(), 1e-6f);
        try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
            assertEquals(3, all.count());
        }
        assertTrue(collection.verify().ok(), () -> collection.verify().toString());
        assertEquals(3, collection.stats().records());
    }

    /// A merge changes no record, so nothing but the merge itself asks for a commit; an index that takes minutes to build must not
    /// be built at every start.
    @Test
    void whatOptimizeMadeIsThereAfterReopening(@TempDir Path folder) {
        Options options = Options.defaults().withGraphRecords(100);
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.createCollection("c", SCHEMA);
            for (int part = 0; part < 3; part++) {
                for (int i = 0; i < 50; i++) {
                    collection.upsert(record("r" + part + "-" + i, i, part, "en"));
                }
                collection.flush();
            }
            collection.optimize();
            assertEquals(1, collection.stats().segments());
        }
        for (int opening = 0; opening < 2; opening++) {
            try (Database database = Kith.open(folder, options)) {
                Collection collection = database.collection("c");
                assertEquals(1, collection.stats().segments());
                Explanation plan = collection.explain(Query.nearest("v", new float[2]).k(3));
                assertEquals(Explanation.Strategy.GRAPH, plan.clauses().getFirst().parts().getFirst().strategy());
            }
        }
    }

    @Test
    void replacedAndDeletedRecordsAreGone(@TempDir Path folder) {
        try (Database database = Kith.open(folder)) {
            Collection collection = database.createCollection("c", SCHEMA);
            collection.upsert(record("a", 0, 0, "en"), record("b", 1, 0, "de"), record("a", 9, 9, "fr"));
            assertEquals(2, collection.count());
            assertEquals("fr", collection.get("a").field("lang"));
            assertEquals(1, collection.delete("a", "nobody"));
            assertEquals(0, collection.delete("a"));
            collection.optimize();
            collection.upsert(record("b", 2, 2, "de"));
            assertEquals(List.of("b"), collection.search(Query.nearest("v", new float[2])).ids());
            assertEquals(1, collection.delete(Filter.eq("lang", "de")));
            assertEquals(0, collection.count());
            assertEquals(List.of(), collection.search(Query.nearest("v", new float[2])).ids());
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(0, database.collection("c").count());
        }
    }

    @Test
    void aDroppedCollectionIsGoneAndItsNameFree(@TempDir Path folder) {
        try (Database database = Kith.open(folder)) {
            Collection old = database.createCollection("c", SCHEMA);
            old.upsert(record("a", 0, 0, "en"));
            database.dropCollection("c");
            assertThrows(ClosedException.class, () -> old.search(Query.nearest("v", new float[2])));
            assertThrows(ClosedException.class, () -> old.upsert(record("a", 0, 0, "en")));
            Collection other = database.createCollection("c", Schema.builder().vector("v", 7, Metric.COSINE).build());
            assertEquals(0, other.count());
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(7, database.collection("c").schema().vectorFields().getFirst().dimension());
        }
    }
}
