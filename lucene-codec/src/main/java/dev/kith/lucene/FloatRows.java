package dev.kith.lucene;

import dev.kith.lucene.segment.FieldVectors;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.VectorScorer;
import org.jspecify.annotations.Nullable;

/// Lucene's view of the float vectors of a field. Not thread-safe: the array of [#vectorValue(int)] is reused, and so,
/// as with Lucene's own formats, is the iterator of a sparse field.
final class FloatRows extends FloatVectorValues {
    private final KithKnnReader reader;
    private final FieldVectors field;
    private final LuceneScores scores;
    private final DocIterator sparse;
    private final float[] row;

    FloatRows(KithKnnReader reader, FieldVectors field, LuceneScores scores) {
        this.reader = reader;
        this.field = field;
        this.scores = scores;
        this.sparse = new DocIterator(field.docs());
        this.row = new float[field.entry().dimension()];
    }

    KithKnnReader reader() {
        return reader;
    }

    FieldVectors field() {
        return field;
    }

    @Override
    public float[] vectorValue(int ordinal) {
        try {
            field.vectors().copyRow(ordinal, row);
            return row;
        } catch (IllegalStateException e) {
            throw reader.closedException(e);
        }
    }

    @Override
    public FloatVectorValues copy() {
        return new FloatRows(reader, field, scores);
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
    public @Nullable VectorScorer scorer(float[] query) {
        return size() == 0 ? null : new RowScorer(field, scores, query);
    }
}
