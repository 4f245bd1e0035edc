package dev.kith.langchain4j;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.VectorValue;
import dev.kith.documents.Chunk;
import dev.kith.documents.Documents;
import dev.kith.documents.DocumentsOptions;
import dev.kith.documents.EmbeddedChunk;
import dev.kith.documents.Match;
import dev.kith.documents.MetadataFilter;
import dev.kith.documents.Search;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// LangChain4j's `EmbeddingStore` in a folder of this machine. Thread-safe; every write is on disk when it returns, whole or
/// not at all. Metadata needs no declaration and can be filtered by every filter of langchain4j-core, whose semantics
/// [MetadataFilter] tells.
///
/// {@snippet :
/// try (KithEmbeddingStore store = KithEmbeddingStore.builder().folder(Path.of("my-data")).build()) {
///     store.add(model.embed(segment).content(), segment);
///     ContentRetriever retriever = EmbeddingStoreContentRetriever.builder().embeddingStore(store).embeddingModel(model).build();
/// }
/// }
public final class KithEmbeddingStore implements EmbeddingStore<TextSegment>, AutoCloseable {
    private final @Nullable Database owned;
    private final Documents documents;
    private final SearchMode mode;
    private final boolean returnEmbeddings;

    private KithEmbeddingStore(Builder builder, @Nullable Database owned, Documents documents) {
        this.owned = owned;
        this.documents = documents;
        this.mode = builder.mode;
        this.returnEmbeddings = builder.returnEmbeddings;
    }

    /// Starts a store.
    public static Builder builder() {
        return new Builder();
    }

    /// The documents under this store: the way to [Documents#sync], to statistics and to maintenance.
    public Documents documents() {
        return documents;
    }

    @Override
    public String add(Embedding embedding) {
        String id = UUID.randomUUID().toString();
        add(id, embedding);
        return id;
    }

    @Override
    public void add(String id, Embedding embedding) {
        documents.upsert(List.of(chunk(id, embedding, null)));
    }

    @Override
    public String add(Embedding embedding, TextSegment segment) {
        String id = UUID.randomUUID().toString();
        documents.upsert(List.of(chunk(id, embedding, segment)));
        return id;
    }

    @Override
    public List<String> addAll(List<Embedding> embeddings) {
        List<String> ids = generateIds(embeddings.size());
        documents.upsert(chunks(ids, embeddings, null));
        return ids;
    }

    /// Writes all, or nothing if one is refused.
    @Override
    public void addAll(@Nullable List<String> ids, @Nullable List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
        requireAsMany("ids", size(ids), "embeddings", size(embeddings));
        if (segments != null) {
            requireAsMany("embeddings", size(embeddings), "embedded", segments.size());
        }
        if (ids != null && embeddings != null) {
            documents.upsert(chunks(ids, embeddings, segments));
        }
    }

    private static void requireAsMany(String one, int oneSize, String other, int otherSize) {
        if (oneSize != otherSize) { // in the words of LangChain4j's contract
            throw new IllegalArgumentException(
                    one + " size (" + oneSize + ") is not equal to " + other + " size (" + otherSize + ")");
        }
    }

    private static int size(@Nullable List<?> list) {
        return list == null ? 0 : list.size();
    }

    private static List<EmbeddedChunk> chunks(List<String> ids, List<Embedding> embeddings,
            @Nullable List<TextSegment> segments) {
        List<EmbeddedChunk> chunks = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            chunks.add(chunk(ids.get(i), embeddings.get(i), segments == null ? null : segments.get(i)));
        }
        return chunks;
    }

    private static EmbeddedChunk chunk(String id, Embedding embedding, @Nullable TextSegment segment) {
        Chunk chunk = segment == null
                ? new Chunk(id, null, Map.of())
                : new Chunk(id, segment.text(), segment.metadata().toMap());
        return new EmbeddedChunk(chunk, embedding.vector());
    }

    /// Deletes by id; none, or null, deletes nothing.
    @Override
    public void removeAll(@Nullable Collection<String> ids) {
        if (ids != null && !ids.isEmpty()) {
            documents.delete(List.copyOf(ids));
        }
    }

    @Override
    public void removeAll(@Nullable Filter filter) {
        if (filter == null) {
            throw new IllegalArgumentException("filter cannot be null");
        }
        documents.delete(Filters.of(filter));
    }

    @Override
    public void removeAll() {
        documents.delete(MetadataFilter.all());
    }

    @Override
    public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
        float[] embedding = request.queryEmbedding().vector();
        String text = request.query();
        boolean hybrid = mode == SearchMode.HYBRID && text != null && !text.isBlank();
        double least = request.minScore();
        Search search = (hybrid ? Search.hybrid(embedding, Objects.requireNonNull(text)) : Search.near(embedding))
                .k(request.maxResults()).filter(Filters.of(request.filter())).withEmbeddings(returnEmbeddings)
                .minScore(least <= 0 ? null : hybrid ? least : 2 * least - 1);
        List<EmbeddingMatch<TextSegment>> matches = documents.search(search).stream().map(m -> match(m, hybrid)).toList();
        return new EmbeddingSearchResult<>(matches);
    }

    private static EmbeddingMatch<TextSegment> match(Match match, boolean hybrid) {
        Chunk chunk = match.chunk();
        double score = hybrid ? match.score() : RelevanceScore.fromCosineSimilarity(match.score());
        VectorValue vector = match.embedding();
        String text = chunk.text();
        return new EmbeddingMatch<>(score, chunk.id(), vector == null ? null : Embedding.from(vector.toFloats()),
                text == null ? null : TextSegment.from(text, Metadata.from(chunk.metadata())));
    }

    /// Closes the database if the builder opened it.
    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }

    /// Collects where and how. Not thread-safe.
    public static final class Builder {
        private @Nullable Path folder;
        private @Nullable Database database;
        private String collection = "embeddings";
        private SearchMode mode = SearchMode.VECTOR;
        private boolean returnEmbeddings = true;
        private Options options = Options.defaults();
        private DocumentsOptions documents = DocumentsOptions.defaults();

        private Builder() {}

        /// Opens the database of that folder, making it if it is not there; the store closes it.
        public Builder folder(Path value) {
            this.folder = value;
            return this;
        }

        /// How the database of [#folder(Path)] is opened.
        public Builder options(Options value) {
            this.options = value;
            return this;
        }

        /// Uses an open database, which the caller closes.
        public Builder database(Database value) {
            this.database = value;
            return this;
        }

        /// Name of the collection; `embeddings` if not set.
        public Builder collection(String value) {
            this.collection = value;
            return this;
        }

        /// Components of each embedding; if not set, that of the first one added.
        public Builder dimension(int value) {
            this.documents = documents.withDimension(value);
            return this;
        }

        /// Takes dimension and name of the model. The name is recorded, and the collection refused to any other.
        public Builder embeddingModel(EmbeddingModel model) {
            return dimension(model.dimension()).modelName(model.modelName());
        }

        /// Name of the model that all embeddings are of. It is recorded, and the collection refused to any other.
        public Builder modelName(String value) {
            this.documents = documents.withModel(value);
            return this;
        }

        /// Everything about the documents at once, such as the embedding function that [Documents#sync] uses.
        public Builder documents(DocumentsOptions value) {
            this.documents = value;
            return this;
        }

        /// What searches go by; [SearchMode#VECTOR] if not set.
        public Builder searchMode(SearchMode value) {
            this.mode = Objects.requireNonNull(value, "searchMode");
            return this;
        }

        /// Whether matches carry their embeddings, as LangChain4j's contract has it; true if not set. Without, searches
        /// read less.
        public Builder returnEmbeddings(boolean value) {
            this.returnEmbeddings = value;
            return this;
        }

        /// Opens the store.
        ///
        /// @throws dev.kith.documents.OtherModelException if the collection holds embeddings of another model
        public KithEmbeddingStore build() {
            Path where = folder;
            Database given = database;
            if (where != null && given == null) {
                Database opened = Kith.open(where, options);
                try {
                    return new KithEmbeddingStore(this, opened, Documents.open(opened, collection, documents));
                } catch (RuntimeException e) {
                    opened.close();
                    throw e;
                }
            }
            if (given != null && where == null) {
                return new KithEmbeddingStore(this, null, Documents.open(given, collection, documents));
            }
            throw new IllegalArgumentException("set either folder or database, found " + (where == null ? "neither" : "both"));
        }
    }
}
