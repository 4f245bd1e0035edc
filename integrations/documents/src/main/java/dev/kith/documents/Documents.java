package dev.kith.documents;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.InvalidRecordException;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Texts with free metadata and embeddings in one collection of a database, near by the cosine of their embeddings.
/// Thread-safe. Everything written is durable, visible and atomic as [Collection] promises.
///
/// {@snippet :
/// Documents handbook = Documents.open(database, "handbook", DocumentsOptions.of(embeddingFunction));
/// handbook.sync("handbook.pdf", chunks);                    // embeds only what has changed
/// for (Match match : handbook.search(Search.near("How do I reset it?").filter(MetadataFilter.eq("lang", "en")))) {
///     print(match.chunk().text());
/// }
/// }
///
/// Beside the collection `name` stand `name.keys`, the keys of the metadata and the name of the embedding model, and while
/// a [#sync] runs `name.staged`.
public final class Documents {
    static final String EMBEDDING = "embedding";
    static final String TEXT = "text";
    static final String SOURCE = "source";
    static final String TEXT_HASH = "text_hash";
    static final String METADATA_HASH = "metadata_hash";
    private static final double FUSED_BEST = 2.0 / (Query.RRF_K + 1); // first in both lists
    private static final float ROUNDING = 1e-6f;

    private final Database database;
    private final String name;
    private final DocumentsOptions options;
    private final Columns columns;
    private final Object creating = new Object();
    private final Object syncing = new Object();
    private volatile @Nullable Collection collection;

    private Documents(Database database, String name, DocumentsOptions options) {
        this.database = database;
        this.name = name;
        this.options = options;
        this.columns = Columns.open(database, name);
        if (database.collections().contains(name)) {
            this.collection = checked(database.collection(name));
        } else if (options.dimension() > 0) {
            this.collection = create(options.dimension());
        }
        checkModel();
    }

    /// Opens the documents `name` of a database, making them if they are not there.
    ///
    /// @throws OtherModelException if they hold vectors of another model than `options` names
    /// @throws IllegalArgumentException if there is a collection of that name that holds something else, or vectors of another
    ///         dimension
    public static Documents open(Database database, String name, DocumentsOptions options) {
        return new Documents(Objects.requireNonNull(database, "database"), name, options);
    }

    private void checkModel() {
        String given = options.model();
        String recorded = columns.model();
        if (given == null) {
            return;
        }
        if (recorded == null) {
            columns.model(given);
        } else if (!recorded.equals(given)) {
            throw new OtherModelException(name, recorded, given);
        }
        Collection made = collection;
        if (made != null) { // opened without a model before: from now on the collection itself refuses others, too
            made.recordModel(EMBEDDING, given);
        }
    }

    private Collection checked(Collection found) {
        if (!(found.schema().field(EMBEDDING) instanceof VectorField field)
                || found.schema().field(Kind.TEXT.column(1)) == null) {
            throw new IllegalArgumentException(
                    "collection '" + name + "' was not made by Documents: expected the fields '" + EMBEDDING
                            + "' and '" + Kind.TEXT.column(1) + "', found " + found.schema());
        }
        if (options.dimension() > 0 && field.dimension() != options.dimension()) {
            throw new IllegalArgumentException("collection '" + name + "': expected vectors of dimension " + field.dimension()
                    + ", found dimension " + options.dimension() + " in the options");
        }
        return found;
    }

    private Collection create(int dimension) {
        return database.createCollection(name, schema(dimension, options));
    }

    static Schema schema(int dimension, DocumentsOptions options) {
        Schema.Builder schema = Schema.builder()
                .add(VectorField.of(EMBEDDING, dimension, Metric.COSINE).withIndex(options.index())
                        .withEncoding(options.encoding()).withModel(options.model()))
                .text(TEXT).keyword(SOURCE).keyword(TEXT_HASH).keyword(METADATA_HASH);
        for (Kind kind : Kind.values()) {
            for (int number = 1; number <= kind.columns; number++) {
                schema.add(kind.field(number));
            }
        }
        return schema.build();
    }

    /// The collection, made for vectors of that dimension if it is not there.
    Collection collection(int dimension) {
        synchronized (creating) {
            Collection made = collection;
            if (made == null) {
                made = create(dimension);
                collection = made;
            }
            return made;
        }
    }

    DocumentsOptions options() {
        return options;
    }

    Database database() {
        return database;
    }

    /// The name of the collection.
    public String name() {
        return name;
    }

    /// The collection itself, for statistics and maintenance; null until the first vector says of which dimension it is.
    public @Nullable Collection collection() {
        return collection;
    }

    /// The model whose vectors are held, or null if none was ever named.
    public @Nullable String model() {
        return columns.model();
    }

    /// Writes chunks, each replacing the one of its id: all of them or none.
    ///
    /// @throws InvalidRecordException if one does not fit: wrong dimension, zero vector, metadata of another type than
    ///         [Chunk] tells
    public void upsert(List<EmbeddedChunk> chunks) {
        if (!chunks.isEmpty()) {
            List<Record> records = chunks.stream().map(c -> record(c, null, null).build()).toList();
            collection(chunks.getFirst().embedding().length).upsert(records);
        }
    }

    /// The record of a chunk; with its source and hashes if it is in the ledger.
    Record.Builder record(EmbeddedChunk embedded, @Nullable String source, @Nullable Hashes hashes) {
        Chunk chunk = embedded.chunk();
        Record.Builder record = Record.builder(chunk.id()).vector(EMBEDDING, embedded.embedding());
        if (chunk.text() != null) {
            record.field(TEXT, chunk.text());
        }
        chunk.metadata().forEach((key, value) -> {
            Values.Held held = Values.held(chunk.id(), key, value);
            record.field(columns.take(held.kind(), key, chunk.id()), held.value());
        });
        if (!chunk.metadata().isEmpty()) {
            record.payload(MetadataJson.write(chunk.metadata()));
        }
        if (source != null && hashes != null) {
            record.field(SOURCE, source).field(TEXT_HASH, hashes.text()).field(METADATA_HASH, hashes.metadata());
        }
        return record;
    }

    private static Chunk chunk(String id, @Nullable Object text, @Nullable String payload) {
        return new Chunk(id, (@Nullable String) text, MetadataJson.read(payload));
    }

    /// The chunks of those ids that exist, in the order asked, with their embeddings.
    public List<EmbeddedChunk> get(List<String> ids) {
        Collection records = collection;
        if (records == null) {
            return List.of();
        }
        return records.get(ids).stream()
                .map(r -> new EmbeddedChunk(chunk(r.id(), r.field(TEXT), r.payload()),
                        Objects.requireNonNull(r.vector(EMBEDDING))))
                .toList();
    }

    /// Deletes chunks by id; returns how many there were.
    public long delete(List<String> ids) {
        Collection records = collection;
        return records == null || ids.isEmpty() ? 0 : records.delete(ids);
    }

    /// Deletes the chunks that match; returns how many there were.
    public long delete(MetadataFilter filter) {
        Collection records = collection;
        return records == null ? 0 : records.delete(new FilterTranslator(columns).translate(filter));
    }

    /// How many chunks there are.
    public long count() {
        Collection records = collection;
        return records == null ? 0 : records.count();
    }

    /// How many chunks match.
    public long count(MetadataFilter filter) {
        Collection records = collection;
        return records == null ? 0 : records.count(new FilterTranslator(columns).translate(filter));
    }

    /// Finds chunks, best first.
    public List<Match> search(Search search) {
        Collection records = collection;
        VectorValue given = search.embedding();
        float[] embedding = given == null ? embed(Objects.requireNonNull(search.text())) : given.toFloats();
        long count = records == null ? 0 : records.count();
        if (records == null || count == 0) {
            return List.of();
        }
        Query query = search.hybrid()
                ? Query.hybrid(EMBEDDING, embedding, TEXT, Objects.requireNonNull(search.text()))
                : Query.nearest(EMBEDDING, embedding);
        query = query.k((int) Math.min(search.k(), count))
                .filter(new FilterTranslator(columns).translate(search.filter()))
                .projection(new Projection(List.of(TEXT), true, search.withEmbeddings()));
        Double least = search.minScore();
        if (least != null && !search.hybrid()) {
            query = query.minScore((float) (least - ROUNDING)); // judged exactly below
        }
        List<Match> matches = new ArrayList<>();
        for (Hit hit : records.search(query)) {
            double score = search.hybrid() ? Math.min(1, hit.score() / FUSED_BEST) : hit.score();
            if (least == null || score >= least) {
                matches.add(
                        new Match(chunk(hit.id(), hit.fields().get(TEXT), hit.payload()), score, hit.vectors().get(EMBEDDING)));
            }
        }
        return matches;
    }

    private float[] embed(String text) {
        EmbeddingFunction function = options.embedding();
        if (function == null) {
            throw new IllegalArgumentException(
                    "documents '" + name + "' were opened without an embedding function: search by a vector");
        }
        return Batches.of(function, SyncOptions.defaults()).embed(List.of(text)).getFirst();
    }

    /// Makes the chunks of a source what `chunks` says: new and changed ones are written, vanished ones deleted, unchanged ones
    /// left alone. A text that is unchanged is not embedded again, also if its metadata changed. See [#sync(String, Stream, SyncOptions)].
    public SyncReport sync(String source, List<Chunk> chunks) {
        return sync(source, chunks.stream(), SyncOptions.defaults());
    }

    /// Makes the chunks of a source what `chunks` says.
    ///
    /// Embeddings made are kept on disk batch by batch, out of sight, until all are there; then everything changes in one
    /// atomic write, or in several if it is more than one write may be ([dev.kith.Limits]; [SyncReport#writes()] tells). A
    /// sync that failed or was killed is begun again by calling it again: it embeds what is still missing, at most one batch
    /// twice. Takes memory for the ids and hashes of the source's chunks. Syncs of one `Documents` wait for each other.
    ///
    /// @param source whose chunks these are: a file, a page, a table. Chunks of other sources are not looked at
    /// @param chunks all chunks of the source, in any order; closed when done
    /// @throws IllegalArgumentException if an id occurs twice, belongs to another source, or a chunk has no text
    /// @throws EmbeddingFailedException if the embedding function failed
    public SyncReport sync(String source, Stream<Chunk> chunks, SyncOptions syncOptions) {
        Objects.requireNonNull(source, "source");
        EmbeddingFunction function = options.embedding();
        if (function == null) {
            throw new IllegalArgumentException("documents '" + name + "' were opened without an embedding function");
        }
        if (!function.identity().equals(columns.model())) {
            throw new OtherModelException(name, String.valueOf(columns.model()), function.identity());
        }
        synchronized (syncing) {
            try (chunks) {
                return new Sync(this, source, Batches.of(function, syncOptions)).run(chunks.iterator());
            }
        }
    }

    /// The chunks of a source that the ledger knows.
    public long count(String source) {
        Collection records = collection;
        return records == null ? 0 : records.count(Filter.eq(SOURCE, source));
    }
}
