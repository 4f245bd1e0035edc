package dev.kith.lucene;

import dev.kith.core.DenseVectors;
import dev.kith.lucene.segment.FieldVectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.search.VectorScorer;
import org.jspecify.annotations.Nullable;

/// Lucene's view of the byte vectors of a field. Not thread-safe: the array of [#vectorValue(int)] is reused, and so,
/// as with Lucene's own formats, is the iterator of a sparse field.
final class ByteRows extends ByteVectorValues {
    private final KithKnnReader reader;
    private final FieldVectors field;
    private final LuceneScores scores;
    private final DocIterator sparse;
    private final byte[] row;

    ByteRows(KithKnnReader reader, FieldVectors field, LuceneScores scores) {
        this.reader = reader;
        this.field = field;
        this.scores = scores;
        this.sparse = new DocIterator(field.docs());
        this.row = new byte[field.entry().dimension()];
    }

    KithKnnReader reader() {
        return reader;
    }

    FieldVectors field() {
        return field;
    }

    @Override
    public byte[] vectorValue(int ordinal) {
        try {
            DenseVectors vectors = field.vectors();
            MemorySegment.copy(vectors.rows(), ValueLayout.JAVA_BYTE, vectors.rowOffset(ordinal), row, 0, row.length);
            return row;
        } catch (IllegalStateException e) {
            throw reader.closedException(e);
        }
    }

    @Override
    public ByteVectorValues copy() {
        return new ByteRows(reader, field, scores);
    }

    @Override
    public int dimension() {
        return row.length;
    }

    @Override
    public int size() {
        return field.size();
    }

    @Override
    public int ordToDoc(int ordinal) {
        return field.docs().docId(ordinal);
    }

    @Override
    public DocIndexIterator iterator() {
        return field.docs().dense() ? new DocIterator(field.docs()) : sparse;
    }

    @Override
    @SuppressWarnings("NullAway") // Lucene's contract: no scorer where there are no vectors
    public @Nullable VectorScorer scorer(byte[] query) {
        return size() == 0 ? null : new RowScorer(field, scores, KithKnnReader.floats(query));
    }
}
