package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.TopK;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filtered searches answer only what is live and matches, and find what an exact search of just those finds, on both roads, for
/// dense and sparse fields, whether few match or nearly all.
class FilterTest {
    private static final int COUNT = 4000;
    private static final int DIMENSION = 16;
    private static final int K = 10;

    /// Documents 0 to COUNT, of which those in `deleted` are deleted and those in `without` have no vector.
    private record Corpus(float[][] vectors, FixedBitSet deleted, FixedBitSet without) {
        static Corpus of(long seed, boolean sparse) {
            Random random = new Random(seed);
            FixedBitSet deleted = new FixedBitSet(COUNT);
            FixedBitSet without = new FixedBitSet(COUNT);
            for (int i = 0; i < COUNT; i++) {
                if (random.nextInt(5) == 0) {
                    deleted.set(i);
                }
                if (sparse && random.nextInt(3) == 0) {
                    without.set(i);
                }
            }
            return new Corpus(Indexes.floats(seed, COUNT, DIMENSION), deleted, without);
        }

        void write(Directory directory, IndexSpec spec) throws IOException {
            try (IndexWriter writer = new IndexWriter(directory, Indexes.config(spec))) {
                for (int i = 0; i < COUNT; i++) {
                    Document document = without.get(i)
                            ? Indexes.document(i)
                            : Indexes.document(i, vectors[i], VectorSimilarityFunction.EUCLIDEAN);
                    document.add(new LongPoint("point", i));
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
                writer.commit();
                for (int i = deleted.nextSetBit(0); i < COUNT; i = i + 1 < COUNT ? deleted.nextSetBit(i + 1) : COUNT) {
                    writer.deleteDocuments(new Term(Indexes.ID, Integer.toString(i)));
                }
            }
        }

        boolean may(int id) {
            return !deleted.get(id) && !without.get(id);
        }

        float distance(float[] query, int id) {
            float sum = 0;
            for (int i = 0; i < DIMENSION; i++) {
                float x = query[i] - vectors[id][i];
                sum += x * x;
            }
            return sum;
        }

        /// Distances of the nearest accepted ones, ascending.
        float[] truth(float[] query, IntPredicate filter) {
            float[] all = new float[COUNT];
            int n = 0;
            for (int id = 0; id < COUNT; id++) {
                if (may(id) && filter.test(id)) {
                    all[n++] = distance(query, id);
                }
            }
            Arrays.sort(all, 0, n);
            return Arrays.copyOf(all, Math.min(n, K));
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void onlyLiveMatchingDocumentsAndAllOfTheNearest(boolean graphs, boolean sparse) throws IOException {
        Corpus corpus = Corpus.of(11, sparse);
        try (Directory directory = new ByteBuffersDirectory()) {
            corpus.write(directory, graphs ? Indexes.GRAPHS : Indexes.FLAT);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                LeafReader leaf = reader.leaves().getFirst().reader();
                assertEquals(COUNT, leaf.maxDoc());
                assertTrue(leaf.hasDeletions());
                int[] ids = Indexes.ids(leaf); // one segment, written in order and merged whole: document i has id i
                assertTrue(IntStream.range(0, COUNT).allMatch(i -> ids[i] == i));
                float[][] queries = Indexes.floats(12, 15, DIMENSION);
                // from far fewer than the graph's candidates to nearly all
                for (int limit : List.of(3, 30, 400, 2000, 3000, 3999)) {
                    double direct = 0;
                    double lucene = 0;
                    for (float[] query : queries) {
                        float[] truth = corpus.truth(query, id -> id < limit);
                        direct += direct(corpus, leaf, query, limit, truth, graphs);
                        lucene += lucene(corpus, reader, query, limit, truth);
                    }
                    double wanted = graphs ? 0.95 : 1.0;
                    assertTrue(direct / queries.length >= wanted, "direct recall " + direct / queries.length + " at " + limit);
                    assertTrue(lucene / queries.length >= wanted, "Lucene recall " + lucene / queries.length + " at " + limit);
                }
            }
        }
    }

    private static double direct(Corpus corpus, LeafReader leaf, float[] query, int limit, float[] truth, boolean graphs)
            throws IOException {
        KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
        FixedBitSet documents = new FixedBitSet(COUNT);
        documents.set(0, limit);
        leaf.getLiveDocs().applyMask(documents, 0);
        AcceptOrdinals accept = vectors.accept(documents.getBits());
        TopK nearest = new TopK(K);
        SearchStats stats = vectors.search(query, K, SearchEffort.efSearch(32), accept, nearest);
        boolean few = accept.cardinality() <= 32;
        assertEquals(graphs && !few ? SearchStats.Strategy.GRAPH : SearchStats.Strategy.EXACT, stats.strategy());
        assertTrue(few ? stats.distances() == accept.cardinality() : stats.distances() <= 2 * COUNT, stats.toString());
        int[] found = Arrays.stream(nearest.toSortedKeys()).map(key -> vectors.docId(TopK.ordinal(key)))
                .mapToInt(doc -> (int) doc).toArray();
        return recall(corpus, query, limit, truth, found);
    }

    private static double lucene(Corpus corpus, DirectoryReader reader, float[] query, int limit, float[] truth)
            throws IOException {
        KnnFloatVectorQuery knn = new KnnFloatVectorQuery(Indexes.FIELD, query, K,
                LongPoint.newRangeQuery("point", 0, limit - 1));
        ScoreDoc[] hits = new IndexSearcher(reader).search(knn, K).scoreDocs;
        return recall(corpus, query, limit, truth, Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray());
    }

    private static double recall(Corpus corpus, float[] query, int limit, float[] truth, int[] found) {
        assertEquals(truth.length, found.length);
        int right = 0;
        for (int id : found) {
            assertTrue(id < limit && corpus.may(id), "document " + id + " was refused by the filter or is deleted");
            right += corpus.distance(query, id) <= truth[truth.length - 1] * (1 + 1e-5f) ? 1 : 0;
        }
        return truth.length == 0 ? 1 : right / (double) truth.length;
    }
}
