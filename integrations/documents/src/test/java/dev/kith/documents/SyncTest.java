package dev.kith.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.InvalidQueryException;
import dev.kith.InvalidRecordException;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.VectorValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A text is embedded twice, a vanished chunk is still found, half a sync is seen, vectors of two models are mixed.
class SyncTest {
    @TempDir Path folder;

    private static List<Chunk> chunks(int count, int changed) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(new Chunk("c" + i, "passage " + i + (i < changed ? " as revised" : ""), Map.of("page", i / 10)));
        }
        return chunks;
    }

    @Test
    void onlyWhatChangedIsEmbedded() {
        try (Database database = Kith.open(folder)) {
            TestFunction function = new TestFunction("m");
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(function));
            assertEquals(new SyncReport(1000, 0, 0, 0, 1000, 0, 1), documents.sync("book", chunks(1000, 0)));
            assertEquals(new SyncReport(0, 0, 1000, 0, 0, 0, 0), documents.sync("book", chunks(1000, 0)));
            assertEquals(new SyncReport(0, 20, 980, 0, 20, 0, 1), documents.sync("book", chunks(1000, 20)));
            assertEquals(new SyncReport(0, 0, 900, 100, 0, 0, 1), documents.sync("book", chunks(900, 20)));
            assertEquals(1020, function.asked.size());
            assertEquals("passage 7 as revised",
                    documents.search(Search.near("passage 7 as revised").k(1)).getFirst().chunk().text());
            assertEquals(900, documents.count("book"));
        }
    }

    @Test
    void changedMetadataIsWrittenWithoutEmbedding() {
        try (Database database = Kith.open(folder)) {
            TestFunction function = new TestFunction("m");
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(function));
            documents.sync("book", List.of(new Chunk("a", "text", Map.of("v", 1))));
            float[] before = documents.get(List.of("a")).getFirst().embedding();
            assertEquals(new SyncReport(0, 1, 0, 0, 0, 0, 1),
                    documents.sync("book", List.of(new Chunk("a", "text", Map.of("v", 2)))));
            assertEquals(Map.of("v", 2), documents.get(List.of("a")).getFirst().chunk().metadata());
            assertEquals(List.of(before[0], before[15]),
                    List.of(documents.get(List.of("a")).getFirst().embedding()[0],
                            documents.get(List.of("a")).getFirst().embedding()[15]));
            assertEquals(1, function.asked.size());
        }
    }

    @Test
    void sourcesDoNotTouchEachOther() {
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("m")));
            documents.sync("one", List.of(Chunk.of("a", "text")));
            documents.sync("two", List.of(Chunk.of("b", "text")));
            documents.upsert(List.of(new EmbeddedChunk(Chunk.of("free", "text"), vector())));
            assertThrows(IllegalArgumentException.class, () -> documents.sync("two", List.of(Chunk.of("a", "text"))));
            assertThrows(IllegalArgumentException.class, () -> documents.sync("two", List.of(Chunk.of("free", "text"))));
            assertEquals(3, documents.count(), "a refused sync changes nothing");
            assertEquals(1, documents.sync("two", List.of()).deleted());
            assertEquals(2, documents.count());
        }
    }

    private static float[] vector() {
        float[] vector = new float[16];
        vector[3] = 1;
        return vector;
    }

    @Test
    void idsTwiceAndChunksWithoutTextAreRefused() {
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("m")));
            assertThrows(IllegalArgumentException.class,
                    () -> documents.sync("s", List.of(Chunk.of("a", "one"), Chunk.of("a", "two"))));
            assertThrows(IllegalArgumentException.class, () -> documents.sync("s", List.of(new Chunk("a", null, Map.of()))));
            assertEquals(0, documents.count());
        }
    }

    @Test
    void aFailingModelIsTriedAgainAndWhatItDidIsKept() {
        try (Database database = Kith.open(folder)) {
            TestFunction function = new TestFunction("m");
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(function));
            SyncOptions options = SyncOptions.defaults().withBatch(10).withAttempts(3, Duration.ofMillis(1));
            function.failures = 2;
            assertEquals(100, documents.sync("book", chunks(100, 0).stream(), options).embedded());

            SyncOptions breaking = options.withProgress(p -> function.failures = p.embedded() == 30 ? 3 : 0);
            EmbeddingFailedException failed = assertThrows(EmbeddingFailedException.class,
                    () -> documents.sync("book", chunks(100, 100).stream(), breaking));
            assertTrue(failed.getMessage().contains("3 times") && failed.getMessage().contains("the model is away"),
                    failed.getMessage());
            assertEquals("passage 1", documents.get(List.of("c1")).getFirst().chunk().text(), "nothing is seen of half a sync");
            function.asked.clear();
            function.failures = 0;
            assertEquals(new SyncReport(0, 100, 0, 0, 70, 30, 1), documents.sync("book", chunks(100, 100).stream(), options));
            assertEquals(70, function.asked.size());
        }
    }

    @Test
    void whatAnUnfinishedSyncLeftIsNotPublishedIfNoLongerWanted() {
        try (Database database = Kith.open(folder)) {
            TestFunction function = new TestFunction("m");
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(function));
            SyncOptions options = SyncOptions.defaults().withBatch(10).withAttempts(1, Duration.ZERO);
            documents.sync("book", chunks(100, 0));
            assertThrows(EmbeddingFailedException.class, () -> documents.sync("book", chunks(100, 100).stream(),
                    options.withProgress(p -> function.failures = p.embedded() == 30 ? 1 : 0)));
            function.failures = 0;
            SyncReport back = documents.sync("book", chunks(100, 0).stream(), options);
            assertEquals(new SyncReport(0, 0, 100, 0, 0, 0, 0), back);
            assertEquals("passage 1", documents.get(List.of("c1")).getFirst().chunk().text());
        }
    }

    @Test
    void anotherModelIsRefused() {
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("m")));
            documents.sync("s", List.of(Chunk.of("a", "one")));
            Collection plain = Objects.requireNonNull(documents.collection());
            VectorValue other = VectorValue.of(vector()).madeBy("another");
            assertThrows(InvalidRecordException.class,
                    () -> plain.upsert(Record.builder("x").vector(Documents.EMBEDDING, other).build()), "past the ledger");
            assertThrows(InvalidQueryException.class, () -> plain.search(Query.nearest(Documents.EMBEDDING, other)));
            OtherModelException refused = assertThrows(OtherModelException.class,
                    () -> Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("n"))));
            assertEquals("m", refused.recorded());
            assertEquals("n", refused.given());
            assertEquals("m", Documents.open(database, "docs", DocumentsOptions.defaults()).model());
            assertThrows(IllegalArgumentException.class,
                    () -> Documents.open(database, "docs", DocumentsOptions.defaults().withDimension(17)));
        }
        try (Database database = Kith.open(folder)) {
            assertThrows(OtherModelException.class,
                    () -> Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("n"))), "recorded on disk");
        }
    }
}
