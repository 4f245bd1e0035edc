package dev.kith.spring;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.IndexSpec;
import dev.kith.VectorField;
import dev.kith.core.VectorEncoding;
import dev.kith.documents.Chunk;
import dev.kith.documents.Documents;
import dev.kith.documents.DocumentsOptions;
import dev.kith.documents.EmbeddedChunk;
import dev.kith.documents.Match;
import dev.kith.documents.Search;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.vectorstore.AbstractVectorStoreBuilder;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/// Spring AI's `VectorStore` in a folder of this machine. Thread-safe; every write is on disk when it returns, whole or not at
/// all. Metadata needs no declaration and can be filtered by every operator, whose semantics
/// [dev.kith.documents.MetadataFilter] tells. The score of a document is the cosine, and `distance` in its metadata one
/// minus that.
///
/// {@snippet :
/// VectorStore store = KithVectorStore.builder(database, embeddingModel).build();
/// store.add(List.of(new Document("The cat sat on the mat", Map.of("lang", "en"))));
/// store.similaritySearch(SearchRequest.builder().query("a sitting cat").topK(5).filterExpression("lang == 'en'").build());
/// }
public final class KithVectorStore extends AbstractObservationVectorStore {
    /// `db.system` of the observations.
    public static final String SYSTEM = "kith";
    private final Documents documents;
    private final boolean hybrid;

    private KithVectorStore(Builder builder) {
        super(builder);
        this.documents = Documents.open(builder.database, builder.collection, builder.documents);
        this.hybrid = builder.hybrid;
    }

    /// Starts a store in an open database, which the caller closes.
    public static Builder builder(Database database, EmbeddingModel embeddingModel) {
        return new Builder(database, embeddingModel);
    }

    /// The documents under this store: the way to statistics and maintenance.
    public Documents documents() {
        return documents;
    }

    /// Embeds and writes; a document replaces the one of its id.
    @Override
    public void doAdd(List<Document> added) {
        List<float[]> embeddings = embeddingModel.embed(added, EmbeddingOptions.builder().build(), batchingStrategy);
        List<EmbeddedChunk> chunks = new ArrayList<>(added.size());
        for (int i = 0; i < added.size(); i++) {
            Document document = added.get(i);
            chunks.add(new EmbeddedChunk(new Chunk(document.getId(), document.getText(), document.getMetadata()),
                    embeddings.get(i)));
        }
        documents.upsert(chunks);
    }

    @Override
    public void doDelete(List<String> ids) {
        documents.delete(ids);
    }

    @Override
    protected void doDelete(Filter.Expression filter) {
        documents.delete(Filters.of(Objects.requireNonNull(filter, "filter")));
    }

    @Override
    public List<Document> doSimilaritySearch(SearchRequest request) {
        float[] embedding = embeddingModel.embed(request.getQuery());
        double least = request.getSimilarityThreshold();
        boolean words = hybrid && !request.getQuery().isBlank();
        Search search = (words ? Search.hybrid(embedding, request.getQuery()) : Search.near(embedding)).k(request.getTopK())
                .filter(Filters.of(request.getFilterExpression()))
                .minScore(least == SearchRequest.SIMILARITY_THRESHOLD_ACCEPT_ALL ? null : least);
        return documents.search(search).stream().map(KithVectorStore::document).toList();
    }

    private static Document document(Match match) {
        Map<String, Object> metadata = new HashMap<>(match.chunk().metadata());
        metadata.put(DocumentMetadata.DISTANCE.value(), 1.0 - match.score());
        String text = match.chunk().text();
        return Document.builder().id(match.chunk().id()).text(text == null ? "" : text).metadata(metadata).score(match.score())
                .build();
    }

    @Override
    public VectorStoreObservationContext.Builder createObservationContextBuilder(String operation) {
        VectorStoreObservationContext.Builder context = VectorStoreObservationContext.builder(SYSTEM, operation)
                .collectionName(documents.name()).fieldName("embedding").similarityMetric("cosine");
        Collection collection = documents.collection();
        if (collection != null) {
            VectorField field = collection.schema().vectorFields().getFirst();
            context.dimensions(field.dimension());
        }
        return context;
    }

    /// The [Documents] of this store.
    @Override
    @SuppressWarnings("unchecked") // the interface leaves the type to the caller
    public <T> Optional<T> getNativeClient() {
        return Optional.of((T) documents);
    }

    /// Collects what a store is made of. Not thread-safe.
    public static final class Builder extends AbstractVectorStoreBuilder<Builder> {
        private final Database database;
        private String collection = "vector_store";
        private boolean hybrid;
        private DocumentsOptions documents = DocumentsOptions.defaults();

        private Builder(Database database, EmbeddingModel embeddingModel) {
            super(embeddingModel);
            this.database = Objects.requireNonNull(database, "database");
        }

        /// Name of the collection; `vector_store` if not set.
        public Builder collection(String value) {
            this.collection = value;
            return this;
        }

        /// Components of each embedding; if not set, that of the first one added.
        public Builder dimension(int value) {
            this.documents = documents.withDimension(value);
            return this;
        }

        /// Name of the model that all embeddings are of. It is recorded, and the collection refused to any other.
        public Builder modelName(@Nullable String value) {
            this.documents = documents.withModel(value);
            return this;
        }

        /// How a new collection is indexed; HNSW if not set.
        public Builder index(IndexSpec value) {
            this.documents = documents.withIndex(value);
            return this;
        }

        /// How a new collection keeps the components of its embeddings; [VectorEncoding#FLOAT32] if not set. With [VectorEncoding#FLOAT16] they take half
        /// the space.
        public Builder encoding(VectorEncoding value) {
            this.documents = documents.withEncoding(value);
            return this;
        }

        /// Whether the words of a query count besides its meaning, by BM25; fused by Reciprocal Rank Fusion. Scores are then
        /// the fused ones, 1 for what is first in both. False if not set.
        public Builder hybrid(boolean value) {
            this.hybrid = value;
            return this;
        }

        /// Opens the store.
        ///
        /// @throws dev.kith.documents.OtherModelException if the collection holds embeddings of another model
        @Override
        public KithVectorStore build() {
            return new KithVectorStore(this);
        }
    }
}
