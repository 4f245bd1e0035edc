package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
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
import org.junit.jupiter.api.Test;

/// Merges take over the links of the largest graph: through many merges and replacements they must not go bad.
class MergeReuseTest {
    private static final int DIMENSION = 32;
    private static final int COUNT = 1500;
    private static final int K = 10;

    private static double recall(Directory directory, float[][] vectors, float[][] queries) throws IOException {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertEquals(1, reader.leaves().size());
            LeafReader leaf = reader.leaves().getFirst().reader();
            assertNotNull(leaf.getFloatVectorValues(Indexes.FIELD));
            assertEquals(COUNT, leaf.numDocs());
            double hits = 0;
            for (float[] query : queries) {
                float[] scores = new float[COUNT];
                for (int i = 0; i < COUNT; i++) {
                    scores[i] = VectorSimilarityFunction.EUCLIDEAN.compare(query, vectors[i]);
                }
                Arrays.sort(scores);
                for (ScoreDoc hit : new IndexSearcher(reader).search(new KnnFloatVectorQuery(Indexes.FIELD, query, K),
                        K).scoreDocs) {
                    hits += hit.score >= scores[COUNT - K] * 0.99999f ? 1 : 0;
                }
            }
            return hits / K / queries.length;
        }
    }

    private static void put(IndexWriter writer, int id, float[] vector) throws IOException {
        writer.updateDocument(new Term(Indexes.ID, Integer.toString(id)),
                Indexes.document(id, vector, VectorSimilarityFunction.EUCLIDEAN));
    }

    @Test
    void recallStaysThroughGenerationsOfMerges() throws IOException {
        float[][] queries = Indexes.floats(99, 50, DIMENSION);
        float[][] vectors = Indexes.floats(1, COUNT, DIMENSION);
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory, Indexes.config(Indexes.GRAPHS))) {
            for (int i = 0; i < COUNT; i++) {
                put(writer, i, vectors[i]);
            }
            writer.forceMerge(1);
            writer.commit();
            double first = recall(directory, vectors, queries);
            for (int generation = 0; generation < 10; generation++) {
                float[][] replaced = Indexes.floats(2 + generation, COUNT, DIMENSION);
                for (int i = generation % 5; i < COUNT; i += 5) {
                    vectors[i] = replaced[i];
                    put(writer, i, vectors[i]);
                }
                writer.forceMerge(1);
            }
            writer.commit();
            double last = recall(directory, vectors, queries);
            assertTrue(last >= first - 0.01, "first " + first + ", after ten merges that each replaced a fifth " + last);
        }
    }
}
