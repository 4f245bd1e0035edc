package dev.kith.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Database;
import dev.kith.InvalidInputException;
import dev.kith.Kith;
import dev.kith.documents.OtherModelException;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What LangChain4j's kit does not look at: reopening, hybrid search, the retriever, models, atomic adds.
class KithEmbeddingStoreTest {
    private static final List<String> TEXTS = List.of("The cat sleeps on the warm windowsill.",
            "Error code E-4711: the pump lost pressure.",
            "A recipe for lentil soup with cumin.", "Dogs were bred from wolves long ago.", "The pump needs oil every month.");

    @TempDir Path folder;

    private static void fill(KithEmbeddingStore store) {
        List<TextSegment> segments = TEXTS.stream().map(t -> TextSegment.from(t, Metadata.from("length", t.length() + "")))
                .toList();
        store.addAll(Stores.MODEL.embedAll(segments).content(), segments);
    }

    @Test
    void everythingIsThereAfterReopening() {
        try (KithEmbeddingStore store = KithEmbeddingStore.builder().folder(folder).embeddingModel(Stores.MODEL).build()) {
            fill(store);
        }
        try (KithEmbeddingStore store = KithEmbeddingStore.builder().folder(folder).build()) {
            EmbeddingSearchRequest request = EmbeddingSearchRequest.builder()
                    .queryEmbedding(Stores.MODEL.embed("a cat asleep by the window").content())
                    .maxResults(1).build();
            EmbeddingMatch<TextSegment> match = store.search(request).matches().getFirst();
            assertEquals(TEXTS.getFirst(), match.embedded().text());
            assertEquals(TEXTS.getFirst().length() + "", match.embedded().metadata().getString("length"));
            assertEquals(Stores.MODEL.embed(TEXTS.getFirst()).content().dimension(), match.embedding().dimension());
        }
        assertThrows(OtherModelException.class, () -> KithEmbeddingStore.builder().folder(folder).modelName("another").build());
        KithEmbeddingStore.builder().folder(folder).build().close(); // and the refused builder left nothing open
    }

    @Test
    void aHybridRetrieverFindsWordsThatMeanNothing() {
        try (KithEmbeddingStore store = KithEmbeddingStore.builder().folder(folder).searchMode(SearchMode.HYBRID)
                .returnEmbeddings(false)
                .build()) {
            fill(store);
            EmbeddingStoreContentRetriever retriever = EmbeddingStoreContentRetriever.builder().embeddingStore(store)
                    .embeddingModel(Stores.MODEL).maxResults(2).build();
            List<Content> found = retriever.retrieve(Query.from("4711"));
            assertEquals(TEXTS.get(1), found.getFirst().textSegment().text());
            Embedding embedding = Stores.MODEL.embed("the pump").content();
            List<EmbeddingMatch<TextSegment>> matches = store
                    .search(EmbeddingSearchRequest.builder().query("the pump needs oil").queryEmbedding(embedding).maxResults(9)
                            .minScore(0.9).build())
                    .matches();
            assertEquals(TEXTS.get(4), matches.getFirst().embedded().text());
            assertTrue(matches.stream().allMatch(m -> m.score() >= 0.9 && m.score() <= 1), matches.toString());
            assertNull(matches.getFirst().embedding());
        }
    }

    @Test
    void aRefusedBatchAddsNothing() {
        try (Database database = Kith.open(folder)) {
            KithEmbeddingStore store = KithEmbeddingStore.builder().database(database).collection("kb").build();
            List<Embedding> embeddings = List.of(Embedding.from(new float[]{1, 2}), Embedding.from(new float[]{1, 2, 3}));
            assertThrows(InvalidInputException.class, () -> store.addAll(embeddings));
            assertEquals(0, store.documents().count());
            store.close();
            assertEquals(List.of("kb", "kb.keys"), database.collections(), "closing the store leaves the caller's database open");
        }
        assertThrows(IllegalArgumentException.class, () -> KithEmbeddingStore.builder().build());
    }

    @Test
    void aFilterOfSomebodyElseIsRefusedByName() {
        try (KithEmbeddingStore store = KithEmbeddingStore.builder().folder(folder).build()) {
            fill(store);
            Filter own = _ -> true;
            assertThrows(UnsupportedOperationException.class, () -> store.removeAll(own));
            store.removeAll(MetadataFilterBuilder.metadataKey("length").isEqualTo("x")
                    .or(MetadataFilterBuilder.metadataKey("length").isIn("y")));
            assertEquals(5, store.documents().count());
        }
    }
}
