package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Vectors of two models meet in one field, where their distances mean nothing.
class EmbeddingModelTest {
    private static final VectorValue OURS = VectorValue.of(1f, 2f).madeBy("ours");
    private static final VectorValue THEIRS = VectorValue.of(1f, 2f).madeBy("theirs");
    @TempDir Path folder;

    private static Schema schema(String model) {
        return Schema.builder().add(VectorField.of("v", 2, Metric.COSINE).withModel(model)).text("body").build();
    }

    private static void assertRefused(Runnable call) {
        String message = assertThrows(InvalidInputException.class, call::run).getMessage();
        assertTrue(message.contains("'ours'") && message.contains("'theirs'") && message.contains("'v'"), message);
    }

    private static Record record(String id, VectorValue vector) {
        return Record.builder(id).vector("v", vector).field("body", "words").build();
    }

    @Test
    void everyWayInRefusesAnotherModel() {
        try (Database database = Kith.open(folder)) {
            Collection c = database.createCollection("c", schema("ours"));
            c.upsert(record("a", OURS), record("b", VectorValue.of(2f, 1f)));
            Collection tenant = c.tenant("t");
            for (Collection each : List.of(c, tenant)) {
                assertRefused(() -> each.upsert(record("x", OURS), record("y", THEIRS)));
                assertRefused(() -> each.write(Write.upsert(record("x", THEIRS))));
                assertRefused(() -> each.insert(record("x", THEIRS)));
                assertRefused(() -> each.search(Query.nearest("v", THEIRS)));
                assertRefused(() -> each.search(List.of(Query.nearest("v", OURS), Query.nearest("v", THEIRS))));
                assertRefused(() -> each.search(Query.of(new Clause.Within("v", THEIRS, 0f, Effort.auto(), 1))));
                assertRefused(() -> each
                        .search(Query.recommend("v", List.of(new Clause.Example.ByVector(OURS)),
                                List.of(new Clause.Example.ByVector(THEIRS)))));
                assertRefused(
                        () -> each.search(Query.nearest("v", "text", TextEmbedder.named("theirs", _ -> new float[]{1, 2}))));
                assertRefused(() -> each
                        .search(Query.hybrid("v", "body", "words", TextEmbedder.named("theirs", _ -> new float[]{1, 2}))));
            }
            assertRefused(() -> c.explain(Query.nearest("v", THEIRS)));
            assertRefused(() -> c.whyNot(Query.nearest("v", THEIRS), "a"));
            assertRefused(() -> c.open(Query.nearest("v", THEIRS)).next(1));
            assertRefused(() -> c.update(Update.of("a").vector("v", THEIRS)));
            assertEquals(2, c.count());
            assertEquals(0, tenant.count());
            c.update(Update.of("a").vector("v", OURS));
            assertEquals(List.of("a", "b"), c.search(Query.nearest("v", OURS)).ids());
            assertEquals(List.of("a", "b"),
                    c.search(Query.nearest("v", "text", TextEmbedder.named("ours", _ -> new float[]{1, 2}))).ids());
            assertEquals(List.of("a", "b"), c.search(Query.nearest("v", new float[]{1, 2})).ids());
        }
    }

    @Test
    void theModelOutlivesTheProcessAndIsNotPartOfTheVector() {
        try (Database database = Kith.open(folder)) {
            Collection c = database.createCollection("c", schema("ours"));
            c.upsert(record("a", OURS));
            assertNull(c.get("a").vectors().get("v").model());
            assertEquals(VectorValue.of(1f, 2f), OURS);
        }
        try (Database database = Kith.open(folder)) {
            Collection c = database.collection("c");
            assertEquals("ours", ((VectorField) c.schema().field("v")).model());
            assertRefused(() -> c.upsert(record("x", THEIRS)));
            database.snapshot(folder.resolveSibling(folder.getFileName() + "-s"));
        }
        Path restored = folder.resolveSibling(folder.getFileName() + "-r");
        Kith.restore(folder.resolveSibling(folder.getFileName() + "-s"), restored);
        try (Database database = Kith.open(restored)) {
            assertRefused(() -> database.collection("c").search(Query.nearest("v", THEIRS)));
        }
    }

    @Test
    void aModelIsRecordedOnceAndForEver() {
        try (Database database = Kith.open(folder)) {
            Collection c = database.createCollection("c", schema(null));
            c.upsert(record("a", VectorValue.of(1f, 2f)));
            String message = assertThrows(InvalidRecordException.class, () -> c.upsert(record("b", OURS))).getMessage();
            assertTrue(message.contains("recordModel"), message);
            c.recordModel("v", "ours");
            c.recordModel("v", "ours");
            c.upsert(record("b", OURS));
            assertRefused(() -> c.recordModel("v", "theirs"));
            assertThrows(InvalidSchemaException.class, () -> c.recordModel("body", "ours"));
            assertThrows(InvalidSchemaException.class, () -> c.recordModel("none", "ours"));
            assertThrows(InvalidSchemaException.class, () -> schema(" "));
            assertThrows(InvalidNameException.class,
                    () -> VectorValue.of(1f).madeBy("m".repeat(Limits.MAX_MODEL_CHARACTERS + 1)));
        }
        try (Database database = Kith.open(folder)) {
            assertRefused(() -> database.collection("c").upsert(record("x", THEIRS)));
            assertEquals(2, database.collection("c").count());
        }
    }
}
