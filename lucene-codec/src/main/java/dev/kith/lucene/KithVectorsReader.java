package dev.kith.lucene;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.NodeRows;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.ExactScan;
import dev.kith.lucene.segment.FieldIndex;
import dev.kith.lucene.segment.FieldQuery;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/// One vector field of one segment, past Lucene's query machinery: rows, ordinals, and searches that answer with distances.
///
/// Thread-safe. Valid while the leaf's reader is open. A search keeps the memory open until it ends; begun after the reader was
/// closed, it gets Lucene's `AlreadyClosedException`. Scorers made from [#vectors()] have no such guard: whoever uses them holds a
/// reference to the reader.
public final class KithVectorsReader {
    private final KithKnnReader reader;
    private final int number;
    private final @Nullable Runnable check;

    private KithVectorsReader(KithKnnReader reader, int number, @Nullable Runnable check) {
        this.reader = reader;
        this.number = number;
        this.check = check;
    }

    /// The same vectors, whose searches and scans call `newCheck` again and again while they compute distances; what it throws ends
    /// them. For deadlines and cancellation; costs about a hundredth of a search.
    public KithVectorsReader checkedBy(Runnable newCheck) {
        return new KithVectorsReader(reader, number, newCheck);
    }

    /// Looked up for each use, because a damaged index may be set aside meanwhile.
    FieldVectors field() {
        return reader.current(number);
    }

    /// The vectors of `field` in `leaf`; empty if no document of the leaf ever had one. Wrappers around the leaf are looked
    /// through, so documents that a wrapper hides must be refused by the caller.
    ///
    /// @throws IllegalArgumentException if the field's vectors are not in [KithVectorsFormat], or the leaf is not a segment
    public static Optional<KithVectorsReader> of(LeafReader leaf, String field) {
        if (leaf.getFieldInfos().fieldInfo(field) == null) {
            return Optional.empty();
        }
        if (!(FilterLeafReader.unwrap(leaf) instanceof CodecReader codecReader)) {
            throw new IllegalArgumentException("the leaf must be a segment, was " + leaf.getClass().getName());
        }
        KnnVectorsReader vectors = FilterCodecReader.unwrap(codecReader).getVectorReader();
        if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
            vectors = perField.getFieldReader(field);
        }
        if (vectors == null) {
            return Optional.empty();
        }
        if (!(vectors instanceof KithKnnReader kith)) {
            throw new IllegalArgumentException(
                    "the vectors of field \"" + field + "\" must be in the format " + KithVectorsFormat.NAME
                            + ", are read by " + vectors.getClass().getName());
        }
        kith.ensureOpen();
        return Optional.ofNullable(kith.field(field))
                .map(found -> new KithVectorsReader(kith, found.entry().fieldNumber(), null));
    }

    /// The rows as they were given, in mapped or native memory.
    public DenseVectors vectors() {
        return field().vectors();
    }

    /// Number of vectors; ordinals are `[0, size)`.
    public int size() {
        return field().size();
    }

    /// Number of documents of the segment, deleted ones included.
    public int maxDoc() {
        return field().docs().maxDoc();
    }

    /// Whether every document has a vector, so that ordinal and docId are the same number.
    public boolean dense() {
        return field().docs().dense();
    }

    /// Whether searches can walk an index; else they scan.
    public boolean indexed() {
        return field().index() != null;
    }

    /// What the nodes of the field's graph carry; empty where the index is none or of another kind.
    public Optional<NodeRows> graphRows() {
        return field().index() instanceof FieldIndex.Hnsw graph
                ? Optional.of(graph.index().parameters().rows())
                : Optional.empty();
    }

    /// What kind of rounded rows ranks the candidates of the field's lists; empty where the vectors do, or the index is none or of
    /// another kind.
    public Optional<RerankRows.Kind> roundedRows() {
        return field().index() instanceof FieldIndex.Ivf lists
                ? Optional.ofNullable(lists.rounded()).map(rounded -> rounded.rows().kind())
                : Optional.empty();
    }

    /// Why the segment's indexes cannot be used although it has some; empty if all is well. Searches scan until a merge has built
    /// new ones.
    public Optional<IOException> indexDamage() {
        return Optional.ofNullable(reader.indexDamage());
    }

    /// Bytes of the files that belong to this field.
    public long storedBytes() {
        FieldVectors field = field();
        return field.vectorBytes() + (field.index() == null ? 0 : field.index().indexBytes());
    }

    /// The document of an ordinal.
    public int docId(int ordinal) {
        return field().docs().docId(ordinal);
    }

    /// The ordinal of a document, or -1 if it has no vector.
    public int ordinal(int docId) {
        return field().docs().ordinal(docId);
    }

    /// The ordinals of the documents whose bit is set. Costs next to nothing where [#dense()], which shares the words; they must
    /// then not change while the result is used.
    ///
    /// @param words bit `i & 63` of word `i >> 6` is document `i`; at least [#maxDoc()] bits
    public AcceptOrdinals accept(long[] words) {
        return field().docs().accept(words);
    }

    /// The ordinals of the documents whose bit is set, such as a leaf's live documents; null, which accepts all, for null.
    public @Nullable AcceptOrdinals accept(@Nullable Bits documents) {
        return DocFilter.of(documents, field().docs());
    }

    /// Offers the nearest accepted vectors to `into`, as keys of distance and ordinal.
    ///
    /// @param query finite components, as many as the vectors have
    /// @param k how many to find, at least 1; the size of `into`, as a rule
    /// @param accept which ordinals may be answered; null for all
    /// @throws IllegalArgumentException if the query does not fit the field
    /// @throws java.io.UncheckedIOException if a mapped file cannot be read
    public SearchStats search(float[] query, int k, SearchEffort effort, @Nullable AcceptOrdinals accept, TopK into) {
        FieldVectors field = field();
        return reader.searching(() -> field.search(checked(field, query), k, effort, accept, into));
    }

    /// The same where vectors beyond a distance need not be offered, because as many nearer ones are known from elsewhere.
    public SearchStats search(float[] query, int k, FieldIndex.Wanted wanted, @Nullable AcceptOrdinals accept, TopK into) {
        FieldVectors field = field();
        return reader.searching(() -> field.search(checked(field, query), k, wanted, accept, into));
    }

    /// Whether searches scan codes of all vectors; the answers of other segments then make them quicker.
    public boolean scannedByCodes() {
        FieldIndex index = field().index();
        return index != null && index.scanned();
    }

    /// Hands every accepted vector with its distance to `target`, in the order of ordinals, until that has no room.
    ///
    /// @return how many distances were computed
    public long scan(float[] query, @Nullable AcceptOrdinals accept, ExactScan.Target target) {
        FieldVectors field = field();
        return reader.searching(() -> ExactScan.run(field.scan(checked(field, query), accept), target));
    }

    /// The distance of one vector.
    ///
    /// @param ordinal in `[0, size)`
    public float distance(float[] query, int ordinal) {
        FieldVectors field = field();
        float[] distance = new float[1];
        reader.searching(() -> {
            field.query(query).scorer().score(new int[]{ordinal}, 1, distance);
            return distance;
        });
        return distance[0];
    }

    private FieldQuery checked(FieldVectors field, float[] query) {
        FieldQuery fits = field.query(query);
        return check == null ? fits : fits.with(new CheckedScorer(fits.scorer(), check));
    }

    /// The exact nearest accepted vectors of many queries at once, whatever index there is: what recall is checked against. Goes
    /// through `scorer`, so that a database's accelerator does it where that is sooner.
    ///
    /// @param queries row-major, shape (queryCount, dimension)
    /// @param accept which ordinals may be answered; null for all
    /// @return keys of [TopK#key(float, int)], nearest first, shape (queryCount, at most k)
    /// @throws IllegalArgumentException if a query does not fit the field
    public long[][] exact(BatchScorer scorer, float[] queries, int queryCount, int k, @Nullable AcceptOrdinals accept) {
        FieldVectors field = field();
        int dimension = field.vectors().dimension();
        Objects.checkFromIndexSize(0, Math.multiplyExact(queryCount, dimension), queries.length);
        return reader.searching(() -> {
            for (int q = 0; q < queryCount; q++) {
                field.query(Arrays.copyOfRange(queries, q * dimension, (q + 1) * dimension));
            }
            AcceptOrdinals accepted = accept == null ? AcceptOrdinals.all(size()) : accept;
            return scorer.nearest(field.vectors(), queries, queryCount, k, accepted);
        });
    }

    /// The same for a field of byte vectors.
    public SearchStats search(byte[] query, int k, SearchEffort effort, @Nullable AcceptOrdinals accept, TopK into) {
        if (field().entry().encoding() != VectorEncoding.INT8) {
            throw new IllegalArgumentException("the query has bytes, the vectors are " + field().entry().encoding());
        }
        return search(KithKnnReader.floats(query), k, effort, accept, into);
    }
}
