package dev.kith.bench.engine;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.jspecify.annotations.Nullable;

/// Searches one segment. Without a filter by the segment's own road (`searchNearestVectors`), which is Lucene's fastest;
/// with a filter through `KnnFloatVectorQuery`, because only that knows when to scan exactly instead.
final class LuceneSearcher implements Searcher {
    private final IndexSearcher searcher;
    private final LeafReader leaf;
    private final int[] rows;
    private final KnnSearchStrategy strategy;
    private final AcceptCache<Query> filters;
    private long visited;
    private boolean counted = true;

    LuceneSearcher(DirectoryReader reader, LeafReader leaf, int[] rows, boolean acorn) {
        this.searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
        this.leaf = leaf;
        this.rows = rows;
        this.strategy = acorn ? new KnnSearchStrategy.Hnsw(60) : KnnSearchStrategy.Hnsw.DEFAULT;
        this.filters = new AcceptCache<>(accept -> LuceneBitsQuery.of(accept, rows));
    }

    @Override
    public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) throws IOException {
        ScoreDoc[] found = accept == null ? unfiltered(query, setting.effort()) : filtered(query, setting.effort(), accept);
        if (setting.rerank() > 0) {
            found = rescore(query, found, setting.rerank());
        }
        int n = Math.min(k, found.length);
        for (int i = 0; i < n; i++) {
            ids[i] = rows[found[i].doc];
        }
        return n;
    }

    private ScoreDoc[] unfiltered(float[] query, int ef) throws IOException {
        TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE, strategy);
        leaf.searchNearestVectors(LuceneIndexes.FIELD, query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
        visited += collector.visitedCount();
        return collector.topDocs().scoreDocs;
    }

    private ScoreDoc[] filtered(float[] query, int ef, AcceptSet accept) throws IOException {
        counted = false; // the query keeps its count to itself
        KnnFloatVectorQuery knn = new KnnFloatVectorQuery(LuceneIndexes.FIELD, query, ef, filters.of(accept), strategy);
        return searcher.search(knn, ef).scoreDocs;
    }

    /// Full-precision scores for the best `count`, in order of document as Lucene's iterators want them.
    private ScoreDoc[] rescore(float[] query, ScoreDoc[] found, int count) throws IOException {
        ScoreDoc[] best = Arrays.copyOf(found, Math.min(count, found.length));
        Arrays.sort(best, (a, b) -> Integer.compare(a.doc, b.doc));
        FloatVectorValues values = leaf.getFloatVectorValues(LuceneIndexes.FIELD);
        VectorScorer scorer = values.rescorer(query);
        DocIdSetIterator docs = scorer.iterator();
        for (ScoreDoc hit : best) {
            if (docs.advance(hit.doc) != hit.doc) {
                throw new IOException("document " + hit.doc + " has no vector");
            }
            hit.score = scorer.score();
        }
        visited += best.length;
        Arrays.sort(best, (a, b) -> Float.compare(b.score, a.score));
        return best;
    }

    @Override
    public long distances() {
        return counted ? visited : -1;
    }
}
