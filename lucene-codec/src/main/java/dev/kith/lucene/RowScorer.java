package dev.kith.lucene;

import dev.kith.core.Scorer;
import dev.kith.lucene.segment.FieldVectors;
import java.util.List;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/// Lucene's view of an exact scan: scores of one query, document by document or in batches.
final class RowScorer implements VectorScorer {
    private final Scorer scorer;
    private final LuceneScores scores;
    private final DocIterator iterator;
    private final int[] ordinals = new int[DEFAULT_BULK_BATCH_SIZE];
    private final float[] distances = new float[DEFAULT_BULK_BATCH_SIZE];

    RowScorer(FieldVectors field, LuceneScores scores, float[] query) {
        this.scorer = field.query(query).scorer();
        this.scores = scores;
        this.iterator = new DocIterator(field.docs());
    }

    @Override
    public float score() {
        ordinals[0] = iterator.index();
        scorer.score(ordinals, 1, distances);
        return scores.score(distances[0]);
    }

    @Override
    public DocIdSetIterator iterator() {
        return iterator;
    }

    @Override
    public Bulk bulk(@Nullable DocIdSetIterator matchingDocs) {
        DocIdSetIterator matches = matchingDocs == null
                ? iterator
                : ConjunctionUtils.createConjunction(List.of(matchingDocs, iterator), List.of());
        return (upTo, liveDocs, buffer) -> next(matches, upTo, liveDocs, buffer);
    }

    private float next(DocIdSetIterator matches, int upTo, @Nullable Bits liveDocs, DocAndFloatFeatureBuffer buffer)
            throws java.io.IOException {
        if (matches.docID() == -1) {
            matches.nextDoc();
        }
        buffer.growNoCopy(DEFAULT_BULK_BATCH_SIZE);
        int size = 0;
        for (int doc = matches.docID(); doc < upTo && size < DEFAULT_BULK_BATCH_SIZE; doc = matches.nextDoc()) {
            if (liveDocs == null || liveDocs.get(doc)) {
                ordinals[size] = iterator.index();
                buffer.docs[size++] = doc;
            }
        }
        scorer.score(ordinals, size, distances);
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            buffer.features[i] = scores.score(distances[i]);
            max = Math.max(max, buffer.features[i]);
        }
        buffer.size = size;
        return max;
    }
}
