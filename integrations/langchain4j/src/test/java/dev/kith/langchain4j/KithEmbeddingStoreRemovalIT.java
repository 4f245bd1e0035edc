package dev.kith.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;

/// LangChain4j's kit: removing by ids, by filter, and everything.
class KithEmbeddingStoreRemovalIT extends EmbeddingStoreWithRemovalIT {
    private final KithEmbeddingStore store = Stores.emptied();

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return Stores.MODEL;
    }
}
