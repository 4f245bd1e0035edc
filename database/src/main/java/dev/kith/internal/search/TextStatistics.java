package dev.kith.internal.search;

import dev.kith.internal.view.Generation;
import dev.kith.internal.view.TextTerms;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// A searcher whose term and collection statistics count the recent writes as well as the segments. As always in Lucene,
/// deleted and replaced documents count until a merge drops them.
final class TextStatistics extends IndexSearcher {
    private static final BM25Similarity BM25 = new BM25Similarity();
    private final String luceneField;
    private final List<TextTerms> recent;
    private final long recentTerms;

    TextStatistics(Generation generation, String luceneField, List<TextTerms> recent) {
        super(generation.reader());
        setSimilarity(BM25);
        setQueryCache(null);
        this.luceneField = luceneField;
        this.recent = recent;
        this.recentTerms = recent.stream().mapToLong(t -> t.frequencies().values().stream().mapToLong(n -> n).sum()).sum();
    }

    @Override
    public TermStatistics termStatistics(Term term, int docFreq, long totalTermFreq) {
        long frequency = totalTermFreq;
        int documents = docFreq;
        for (TextTerms text : recent) {
            Integer times = text.frequencies().get(term.text());
            if (times != null) {
                documents++;
                frequency += times;
            }
        }
        return new TermStatistics(term.bytes(), documents, frequency);
    }

    @Override
    public @Nullable CollectionStatistics collectionStatistics(String field) throws IOException {
        CollectionStatistics segments = super.collectionStatistics(field);
        if (!field.equals(luceneField) || recentTerms == 0) {
            return segments;
        }
        long documents = recent.stream().filter(t -> !t.frequencies().isEmpty()).count();
        long postings = recent.stream().mapToLong(t -> t.frequencies().size()).sum();
        if (segments == null) {
            return new CollectionStatistics(field, documents, documents, recentTerms, postings);
        }
        return new CollectionStatistics(field, segments.maxDoc() + documents, segments.docCount() + documents,
                segments.sumTotalTermFreq() + recentTerms, segments.sumDocFreq() + postings);
    }

    /// Scores one term of the recent texts, which hold it at least once.
    SimScorer scorer(String term, float boost) throws IOException {
        IndexReader reader = getIndexReader();
        Term t = new Term(luceneField, new BytesRef(term));
        CollectionStatistics collection = collectionStatistics(luceneField);
        TermStatistics statistics = recent.stream().anyMatch(r -> r.frequencies().containsKey(term))
                ? termStatistics(t, reader.docFreq(t), reader.totalTermFreq(t))
                : null;
        if (collection == null || statistics == null) {
            return NEVER;
        }
        return BM25.scorer(boost, collection, statistics);
    }

    private static final SimScorer NEVER = new SimScorer() {
        @Override
        public float score(float frequency, long norm) {
            return 0;
        }
    };
}
