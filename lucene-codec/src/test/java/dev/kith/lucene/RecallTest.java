package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.BatchScorers;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Exact search judges the graph and the scan, on both roads, for every similarity and encoding; Lucene's own comparison judges
/// the scores.
class RecallTest {
    private static final int COUNT = 1500;
    private static final int QUERIES = 30;
    /// Floats of this dimension get a graph of coded rows, bytes one of links.
    private static final int DIMENSION = 128;
    private static final int K = 10;

    static Stream<Arguments> kinds() {
        return Arrays.stream(VectorSimilarityFunction.values())
                .flatMap(s -> Stream.of(Arguments.of(s, VectorEncoding.FLOAT32), Arguments.of(s, VectorEncoding.BYTE)));
    }

    /// A data set in one encoding; scores are Lucene's own.
    private record Data(VectorSimilarityFunction similarity, float[][] floats, byte[][] bytes) {
        static Data of(long seed, int count, VectorSimilarityFunction similarity, VectorEncoding encoding) {
            float[][] floats = Indexes.floats(seed, count, DIMENSION);
            if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
                Indexes.normalize(floats);
            }
            return new Data(similarity, floats, encoding == VectorEncoding.BYTE ? Indexes.bytes(seed, count, DIMENSION) : null);
        }

        float score(Data queries, int query, int row) {
            return bytes == null
                    ? similarity.compare(queries.floats[query], floats[row])
                    : similarity.compare(queries.bytes[query], bytes[row]);
        }

        /// The worst score among the true nearest `K` of a query.
        float kthScore(Data queries, int query) {
            float[] scores = new float[COUNT];
            for (int row = 0; row < COUNT; row++) {
                scores[row] = score(queries, query, row);
            }
            Arrays.sort(scores);
            return scores[COUNT - K];
        }
    }

    private static void write(Directory directory, IndexSpec spec, Data data) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, Indexes.config(spec))) {
            for (int i = 0; i < COUNT; i++) {
                writer.addDocument(data.bytes == null
                        ? Indexes.document(i, data.floats[i], data.similarity)
                        : Indexes.document(i, data.bytes[i], data.similarity));
                if (i % 500 == 499) {
                    writer.flush();
                }
            }
            writer.forceMerge(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aGraphBuiltByAMergeFindsWhatExactSearchFinds(VectorSimilarityFunction similarity, VectorEncoding encoding)
            throws IOException {
        Data data = Data.of(1, COUNT, similarity, encoding);
        // inner product looks for long vectors, not near ones: a graph needs more candidates there
        double wanted = similarity == VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT
                || similarity == VectorSimilarityFunction.DOT_PRODUCT && encoding == VectorEncoding.BYTE ? 0.9 : 0.97;
        judge(data, Indexes.GRAPHS.withFlatBelow(COUNT), SearchStats.Strategy.GRAPH, wanted);
    }

    @ParameterizedTest
    @CsvSource({"COSINE,FLOAT32", "EUCLIDEAN,BYTE", "MAXIMUM_INNER_PRODUCT,FLOAT32"})
    void listsBuiltByAMergeFindWhatExactSearchFinds(VectorSimilarityFunction similarity, VectorEncoding encoding)
            throws IOException {
        judge(Data.of(1, COUNT, similarity, encoding), Indexes.LISTS.withFlatBelow(COUNT), SearchStats.Strategy.LISTS, 0.93);
    }

    @ParameterizedTest
    @CsvSource({"COSINE,INT8", "EUCLIDEAN,INT8", "MAXIMUM_INNER_PRODUCT,BF16", "DOT_PRODUCT,INT8"})
    void listsRankedByRoundedRowsFindWhatExactSearchFinds(VectorSimilarityFunction similarity, RerankRows.Kind kind)
            throws IOException {
        judge(Data.of(1, COUNT, similarity, VectorEncoding.FLOAT32), Indexes.LISTS.withRounded(kind).withFlatBelow(COUNT),
                SearchStats.Strategy.LISTS, 0.93);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aScanFindsExactlyWhatExactSearchFinds(VectorSimilarityFunction similarity, VectorEncoding encoding) throws IOException {
        judge(Data.of(1, COUNT, similarity, encoding), Indexes.FLAT, SearchStats.Strategy.EXACT, 1.0);
    }

    @ParameterizedTest
    @CsvSource({"COSINE,FLOAT32", "EUCLIDEAN,BYTE"})
    void theExactBatchIsWhatAScanFindsWhateverTheIndex(VectorSimilarityFunction similarity, VectorEncoding encoding)
            throws IOException {
        Data data = Data.of(1, COUNT, similarity, encoding);
        Data asked = Data.of(2, QUERIES, similarity, encoding);
        float[] queries = new float[QUERIES * DIMENSION];
        float[][] rows = new float[QUERIES][];
        for (int q = 0; q < QUERIES; q++) {
            rows[q] = asked.bytes == null ? asked.floats[q] : KithKnnReader.floats(asked.bytes[q]);
            System.arraycopy(rows[q], 0, queries, q * DIMENSION, DIMENSION);
        }
        try (Directory directory = new ByteBuffersDirectory()) {
            write(directory, Indexes.LISTS.withFlatBelow(COUNT), data);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                BatchScorers scorers = BatchScorers.open(AcceleratorOptions.OFF);
                long[][] keys = vectors.exact(scorers, queries, QUERIES, K, null);
                for (int q = 0; q < QUERIES; q++) {
                    TopK nearest = new TopK(K);
                    vectors.search(rows[q], K, SearchEffort.EXACT, null, nearest);
                    assertArrayEquals(nearest.toSortedKeys(), keys[q]);
                }
                assertEquals(1, scorers.statistics().cpuCalls());
                queries[3] = Float.NaN;
                assertThrows(IllegalArgumentException.class, () -> vectors.exact(scorers, queries, QUERIES, K, null));
            }
        }
    }

    private static void judge(Data data, IndexSpec spec, SearchStats.Strategy strategy, double wanted) throws IOException {
        VectorEncoding encoding = data.bytes == null ? VectorEncoding.FLOAT32 : VectorEncoding.BYTE;
        Data queries = Data.of(2, QUERIES, data.similarity, encoding);
        try (Directory directory = new ByteBuffersDirectory()) {
            write(directory, spec, data);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                assertEquals(1, reader.leaves().size());
                LeafReader leaf = reader.leaves().getFirst().reader();
                int[] ids = Indexes.ids(leaf);
                KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
                int direct = 0;
                int lucene = 0;
                int asked = 0;
                for (int q = 0; q < QUERIES; q++) {
                    float kth = data.kthScore(queries, q) - 1e-5f;
                    TopK nearest = new TopK(K);
                    SearchStats stats = data.bytes == null
                            ? vectors.search(queries.floats[q], K, SearchEffort.efSearch(100), null, nearest)
                            : vectors.search(queries.bytes[q], K, SearchEffort.efSearch(100), null, nearest);
                    assertEquals(strategy, stats.strategy());
                    assertTrue(stats.distances() >= K && (strategy == SearchStats.Strategy.EXACT
                            ? stats.distances() == COUNT
                            : stats.distances() < COUNT), stats.toString());
                    for (long key : nearest.toSortedKeys()) {
                        direct += data.score(queries, q, ids[vectors.docId(TopK.ordinal(key))]) >= kth ? 1 : 0;
                    }
                    asked += askedFor(data, queries, q, ids, vectors, kth);
                    lucene += luceneHits(data, queries, q, reader, ids, kth);
                }
                double directRecall = direct / (double) (K * QUERIES);
                double luceneRecall = lucene / (double) (K * QUERIES);
                assertTrue(directRecall >= wanted, "direct recall@10 " + directRecall);
                assertTrue(asked / (double) (K * QUERIES) >= 0.9, "recall@10 where 0.95 was asked: " + asked);
                assertTrue(luceneRecall >= wanted - 0.03, "recall@10 through Lucene " + luceneRecall);
            }
        }
    }

    /// Whatever index is there reaches what it is asked for.
    private static int askedFor(Data data, Data queries, int q, int[] ids, KithVectorsReader vectors, float kth) {
        TopK nearest = new TopK(K);
        float[] query = data.bytes == null ? queries.floats[q] : KithKnnReader.floats(queries.bytes[q]);
        vectors.search(query, K, SearchEffort.recall(0.95), null, nearest);
        int found = 0;
        for (long key : nearest.toSortedKeys()) {
            found += data.score(queries, q, ids[vectors.docId(TopK.ordinal(key))]) >= kth ? 1 : 0;
        }
        return found;
    }

    private static int luceneHits(Data data, Data queries, int q, DirectoryReader reader, int[] ids, float kth)
            throws IOException {
        ScoreDoc[] hits = new IndexSearcher(reader).search(data.bytes == null
                ? new KnnFloatVectorQuery(Indexes.FIELD, queries.floats[q], K)
                : new KnnByteVectorQuery(Indexes.FIELD, queries.bytes[q], K), K).scoreDocs;
        assertEquals(K, hits.length);
        int found = 0;
        Set<Integer> distinct = new HashSet<>();
        for (ScoreDoc hit : hits) {
            assertTrue(distinct.add(hit.doc));
            float expected = data.score(queries, q, ids[hit.doc]);
            assertEquals(expected, hit.score, 1e-4f * Math.max(1, Math.abs(expected)));
            found += expected >= kth ? 1 : 0;
        }
        return found;
    }
}
