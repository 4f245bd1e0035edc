package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AbstractKnnCollector;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.HnswQueueSaturationCollector;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What Lucene's collectors ask beyond "the nearest k": limits, patience, one answer for each parent, all above a similarity.
class CollectorTest {
    private static final int COUNT = 5000;
    private static final int DIMENSION = 128; // a graph of coded rows
    private static final float[][] VECTORS = Indexes.floats(21, COUNT, DIMENSION);
    private static final float[][] QUERIES = Indexes.floats(22, 20, DIMENSION);

    /// A graph without codes scores every vector it visits; one with codes only those it reranks.
    private static final int PLAIN_DIMENSION = 64;
    private static final float[][] PLAIN_VECTORS = Indexes.floats(23, COUNT, PLAIN_DIMENSION);
    private static final float[][] PLAIN_QUERIES = Indexes.floats(24, 20, PLAIN_DIMENSION);

    private static Directory directory;
    private static DirectoryReader reader;
    private static LeafReader leaf;
    private static Directory plainDirectory;
    private static DirectoryReader plainReader;

    @BeforeAll
    static void open() throws IOException {
        directory = write(VECTORS);
        reader = DirectoryReader.open(directory);
        leaf = leaf(reader);
        plainDirectory = write(PLAIN_VECTORS);
        plainReader = DirectoryReader.open(plainDirectory);
    }

    private static Directory write(float[][] vectors) throws IOException {
        return write(vectors, Indexes.GRAPHS);
    }

    private static Directory write(float[][] vectors, IndexSpec spec) throws IOException {
        Directory into = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(into, Indexes.config(spec))) {
            for (int i = 0; i < COUNT; i++) {
                writer.addDocument(Indexes.document(i, vectors[i], VectorSimilarityFunction.EUCLIDEAN));
            }
            writer.forceMerge(1);
        }
        return into;
    }

    private static LeafReader leaf(DirectoryReader of) {
        LeafReader only = of.leaves().getFirst().reader();
        assertTrue(KithVectorsReader.of(only, Indexes.FIELD).orElseThrow().indexed());
        return only;
    }

    @AfterAll
    static void close() throws IOException {
        reader.close();
        directory.close();
        plainReader.close();
        plainDirectory.close();
    }

    private void search(float[] query, KnnCollector collector) throws IOException {
        search(leaf, query, collector);
    }

    private static void search(LeafReader in, float[] query, KnnCollector collector) throws IOException {
        in.searchNearestVectors(Indexes.FIELD, query, collector, AcceptDocs.fromLiveDocs(null, in.maxDoc()));
    }

    private static float score(float[] query, int doc) {
        return VectorSimilarityFunction.EUCLIDEAN.compare(query, VECTORS[doc]);
    }

    @Test
    void aLimitOfVisitedVectorsIsMetExactly() throws IOException {
        for (int limit : new int[]{1, 7, 9}) {
            limited(leaf, QUERIES[0], limit);
        }
        for (int limit : new int[]{1, 7, 20, 33, 100}) {
            limited(leaf(plainReader), PLAIN_QUERIES[0], limit);
        }
    }

    private static void limited(LeafReader in, float[] query, int limit) throws IOException {
        TopKnnCollector collector = new TopKnnCollector(10, limit);
        search(in, query, collector);
        assertTrue(collector.earlyTerminated(), "limit " + limit);
        assertEquals(limit, collector.visitedCount());
        assertTrue(collector.topDocs().scoreDocs.length <= Math.min(limit, 10));
    }

    @Test
    void listsRankedByRoundedRowsShowCollectorsExactScoresOnly() throws IOException {
        try (Directory into = write(VECTORS, Indexes.LISTS.withRounded(RerankRows.Kind.INT8));
                DirectoryReader opened = DirectoryReader.open(into)) {
            for (float[] query : QUERIES) {
                for (int limit : new int[]{COUNT, Integer.MAX_VALUE}) {
                    TopKnnCollector collector = new TopKnnCollector(10, limit);
                    search(leaf(opened), query, collector);
                    ScoreDoc[] hits = collector.topDocs().scoreDocs;
                    assertEquals(10, hits.length);
                    for (ScoreDoc hit : hits) {
                        float exact = score(query, hit.doc);
                        assertEquals(exact, hit.score, 1e-5f * exact, "limit " + limit);
                    }
                }
            }
            limited(leaf(opened), QUERIES[0], 7);
        }
    }

    @Test
    void aLimitThatIsNotReachedChangesNothing() throws IOException {
        for (float[] query : QUERIES) {
            TopKnnCollector free = new TopKnnCollector(10, Integer.MAX_VALUE);
            search(query, free);
            TopKnnCollector limited = new TopKnnCollector(10, COUNT);
            search(query, limited);
            TopDocs expected = free.topDocs();
            TopDocs found = limited.topDocs();
            assertEquals(TotalHits.Relation.EQUAL_TO, found.totalHits.relation());
            for (int i = 0; i < 10; i++) {
                // the limited collector is shown what the walk sees in passing too, so it may only be better
                assertTrue(found.scoreDocs[i].score >= expected.scoreDocs[i].score);
            }
            assertEquals(10, Arrays.stream(found.scoreDocs).mapToInt(hit -> hit.doc).distinct().count());
        }
    }

    @Test
    void patienceEndsTheWalkEarly() throws IOException {
        TopKnnCollector free = new TopKnnCollector(10, COUNT);
        search(leaf(plainReader), PLAIN_QUERIES[1], free);
        TopKnnCollector inner = new TopKnnCollector(10, COUNT);
        HnswQueueSaturationCollector impatient = new HnswQueueSaturationCollector(inner, 0.5, 1);
        search(leaf(plainReader), PLAIN_QUERIES[1], new HnswQueueSaturationCollectorWithStrategy(impatient));
        assertTrue(impatient.earlyTerminated());
        assertTrue(inner.visitedCount() < free.visitedCount(), inner.visitedCount() + " < " + free.visitedCount());
        assertEquals(10, new IndexSearcher(plainReader)
                .search(PatienceKnnVectorQuery.fromFloatQuery(new KnnFloatVectorQuery(Indexes.FIELD, PLAIN_QUERIES[1], 10)),
                        10).scoreDocs.length);
    }

    /// Lucene's patience query builds the strategy this way.
    private static final class HnswQueueSaturationCollectorWithStrategy extends KnnCollector.Decorator {
        private final HnswQueueSaturationCollector collector;

        HnswQueueSaturationCollectorWithStrategy(HnswQueueSaturationCollector collector) {
            super(collector);
            this.collector = collector;
        }

        @Override
        public KnnSearchStrategy getSearchStrategy() {
            return new KnnSearchStrategy.Patience(collector, 0);
        }
    }

    @Test
    void allVectorsAboveASimilarity() throws IOException {
        for (float[] query : QUERIES) {
            float[] scores = new float[COUNT];
            for (int i = 0; i < COUNT; i++) {
                scores[i] = score(query, i);
            }
            float[] sorted = scores.clone();
            Arrays.sort(sorted);
            float least = sorted[COUNT - 80]; // of the 125 around one centre
            allAbove(least, new FloatVectorSimilarityQuery.Explicit(Indexes.FIELD, query, least));
            allAbove(least, new FloatVectorSimilarityQuery.Adaptive(Indexes.FIELD, query, least, 0.9f, null));
        }
    }

    private void allAbove(float least, Query query) throws IOException {
        ScoreDoc[] hits = new IndexSearcher(reader).search(query, 1000).scoreDocs;
        assertTrue(hits.length >= 77 && hits.length <= 82, () -> query + " found " + hits.length + " of 80");
        Set<Integer> distinct = new HashSet<>();
        for (ScoreDoc hit : hits) {
            assertTrue(hit.score >= least && distinct.add(hit.doc));
        }
    }

    /// The best child of each of the best parents, as block joins ask; every 100 neighbours in the data have one parent.
    private static final class BestOfEachParent extends AbstractKnnCollector {
        private final TreeMap<Integer, Float> best = new TreeMap<>();

        BestOfEachParent(int parents) {
            super(parents, COUNT, KnnSearchStrategy.Hnsw.DEFAULT);
        }

        private static int parent(int doc) {
            return doc / 100;
        }

        @Override
        public boolean collect(int doc, float similarity) {
            best.merge(parent(doc), similarity, Math::max);
            return true;
        }

        @Override
        public int numCollected() {
            return Math.min(best.size(), k());
        }

        @Override
        public float minCompetitiveSimilarity() {
            return best.size() < k() ? Float.NEGATIVE_INFINITY : top()[k() - 1];
        }

        float[] top() {
            float[] scores = new float[best.size()];
            int i = 0;
            for (float s : best.values()) {
                scores[i++] = -s;
            }
            Arrays.sort(scores);
            for (int j = 0; j < scores.length; j++) {
                scores[j] = -scores[j];
            }
            return Arrays.copyOf(scores, Math.min(scores.length, k()));
        }

        @Override
        public TopDocs topDocs() {
            throw new AssertionError("the codec collects; only who searches asks for the answer, here by top()");
        }
    }

    @Test
    void asManyParentsAsAreAsked() throws IOException {
        double right = 0;
        for (float[] query : QUERIES) {
            BestOfEachParent truth = new BestOfEachParent(40);
            for (int i = 0; i < COUNT; i++) {
                truth.collect(i, score(query, i));
            }
            BestOfEachParent found = new BestOfEachParent(40);
            search(query, found);
            assertEquals(40, found.numCollected());
            float[] expected = truth.top();
            for (float score : found.top()) {
                right += score >= expected[39] - 1e-6f ? 1 : 0;
            }
        }
        assertTrue(right / (40 * QUERIES.length) > 0.95, "recall " + right / (40 * QUERIES.length));
    }

    @Test
    void queriesThatDoNotFitAreRefused() {
        TopKnnCollector collector = new TopKnnCollector(1, Integer.MAX_VALUE);
        assertThrows(IllegalArgumentException.class, () -> search(new float[DIMENSION + 1], collector));
        float[] notFinite = new float[DIMENSION];
        notFinite[3] = Float.NaN;
        assertThrows(IllegalArgumentException.class, () -> search(notFinite, collector));
        KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
        assertThrows(IllegalArgumentException.class,
                () -> vectors.search(new byte[DIMENSION], 1, SearchEffort.DEFAULT, null, new TopK(1)));
    }
}
