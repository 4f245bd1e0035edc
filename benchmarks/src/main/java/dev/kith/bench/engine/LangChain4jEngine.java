package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// LangChain4j's `InMemoryEmbeddingStore`, what a first prototype stands on: an exact scan by cosine. It has no file form
/// but JSON, so opening loads it; filters work on metadata of texts, which vectors alone have not.
final class LangChain4jEngine implements Engine {
    @Override
    public String name() {
        return "langchain4j-inmemory";
    }

    @Override
    public String description(BuildParameters parameters) {
        return "LangChain4j 1.19.0 InMemoryEmbeddingStore, heap, exact";
    }

    @Override
    public boolean supports(Metric metric) {
        return metric == Metric.COSINE;
    }

    @Override
    public boolean filters(AcceptSet accept) {
        return false;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return List.of(new SearchSetting(1, 0, "all rows"));
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) {
        // Nothing is kept on disk.
    }

    @Override
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        List<String> ids = new ArrayList<>();
        List<Embedding> embeddings = new ArrayList<>();
        List<TextSegment> texts = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = set.vectors(arena);
            for (int row = 0; row < set.rows(); row++) {
                float[] vector = new float[set.dimension()];
                vectors.copyRow(row, vector);
                ids.add(Integer.toString(row));
                embeddings.add(Embedding.from(vector));
                texts.add(TextSegment.from("-"));
            }
        }
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        store.addAll(ids, embeddings, texts);
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new StoreSearcher(store);
            }

            @Override
            public void close() {
                // On the heap.
            }
        };
    }

    private record StoreSearcher(InMemoryEmbeddingStore<TextSegment> store) implements Searcher {
        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            List<EmbeddingMatch<TextSegment>> found = store
                    .search(EmbeddingSearchRequest.builder().queryEmbedding(Embedding.from(query)).maxResults(k).build())
                    .matches();
            for (int i = 0; i < found.size(); i++) {
                ids[i] = Integer.parseInt(found.get(i).embeddingId());
            }
            return found.size();
        }

        @Override
        public long distances() {
            return -1;
        }
    }
}
