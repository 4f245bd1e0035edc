package dev.kith.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreAddAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreRemoveAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;

/// LangChain4j's kit: adding, searching, metadata and every filter. (`EmbeddingStoreWithFilteringIT` is an `EmbeddingStoreIT`.)
class KithEmbeddingStoreIT extends EmbeddingStoreWithFilteringIT
        implements
            EmbeddingStoreAddAllContract,
            EmbeddingStoreRemoveAllContract {
    private final KithEmbeddingStore store = Stores.emptied();

    @Override
    public EmbeddingStore<TextSegment> embeddingStore() {
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return Stores.MODEL;
    }

    @Override
    protected boolean supportsContains() {
        return true;
    }
}
