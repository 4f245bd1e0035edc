package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Float vectors that are kept in two bytes a component: what is given back is the nearest numbers, what is found is what a scan of these finds.
class HalvesTest {
    private static final int DIMENSION = 130;
    private static final int COUNT = 900;

    @TempDir Path folder;

    private static IndexWriterConfig config(IndexSpec spec, VectorEncoding floats) {
        return Indexes.config(new KithVectorsFormat(spec).withFloats(floats));
    }

    private static float[] nearest(VectorEncoding encoding, float[] row) {
        float[] nearest = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            nearest[i] = VectorBytes.nearest(encoding, row[i]);
        }
        return nearest;
    }

    /// Adds, replaces and deletes over several segments.
    private static TreeMap<Integer, float[]> fill(IndexWriter writer, long seed, VectorSimilarityFunction similarity)
            throws IOException {
        Random random = new Random(seed);
        float[][] rows = Indexes.floats(seed, COUNT, DIMENSION);
        TreeMap<Integer, float[]> model = new TreeMap<>();
        for (int i = 0; i < COUNT; i++) {
            int id = random.nextInt(COUNT);
            Term term = new Term(Indexes.ID, Integer.toString(id));
            if (random.nextInt(8) == 0) {
                writer.deleteDocuments(term);
                model.remove(id);
            } else {
                writer.updateDocument(term, Indexes.document(id, rows[i], similarity));
                model.put(id, rows[i]);
            }
            if (i % 250 == 249) {
                writer.flush();
            }
        }
        return model;
    }

    private static void check(DirectoryReader reader, TreeMap<Integer, float[]> model, VectorEncoding encoding)
            throws IOException {
        TreeMap<Integer, float[]> found = new TreeMap<>();
        for (LeafReaderContext context : reader.leaves()) {
            LeafReader leaf = context.reader();
            int[] ids = Indexes.ids(leaf);
            KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
            assertEquals(encoding, vectors.vectors().encoding());
            var values = leaf.getFloatVectorValues(Indexes.FIELD);
            for (int ordinal = 0; ordinal < vectors.size(); ordinal++) {
                int doc = vectors.docId(ordinal);
                if (leaf.getLiveDocs() == null || leaf.getLiveDocs().get(doc)) {
                    found.put(ids[doc], values.vectorValue(ordinal).clone());
                }
            }
            ((CodecReader) leaf).checkIntegrity();
        }
        assertEquals(model.keySet(), found.keySet());
        model.forEach((id, row) -> assertArrayEquals(nearest(encoding, row), found.get(id), "id " + id));
    }

    /// Of forty queries, what graph or lists find against the exact scan of the same segments.
    private static double recall(DirectoryReader reader) throws IOException {
        int hits = 0;
        int all = 0;
        for (LeafReaderContext context : reader.leaves()) {
            KithVectorsReader vectors = KithVectorsReader.of(context.reader(), Indexes.FIELD).orElseThrow();
            for (float[] query : Indexes.floats(99, 40, DIMENSION)) {
                TopK exact = new TopK(10);
                TopK found = new TopK(10);
                vectors.search(query, 10, SearchEffort.EXACT, null, exact);
                vectors.search(query, 10, SearchEffort.efSearch(100), null, found);
                var truth = java.util.Arrays.stream(exact.toSortedKeys()).boxed().collect(java.util.stream.Collectors.toSet());
                for (long key : found.toSortedKeys()) {
                    hits += truth.contains(key) ? 1 : 0; // the same distance too, to the bit
                }
                all += truth.size();
            }
        }
        return (double) hits / all;
    }

    private void roundTrip(IndexSpec spec, VectorEncoding encoding, VectorSimilarityFunction similarity, IndexWriterConfig config)
            throws IOException {
        try (Directory directory = new MMapDirectory(folder.resolve(encoding + "-" + similarity + "-" + spec.hashCode()))) {
            TreeMap<Integer, float[]> model;
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                model = fill(writer, 5, similarity);
                writer.commit();
                try (DirectoryReader reader = DirectoryReader.open(writer)) {
                    check(reader, model, encoding);
                }
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                check(reader, model, encoding);
                double recall = recall(reader);
                assertTrue(recall > 0.97, spec + " " + encoding + " " + similarity + " recall " + recall);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void everyIndexAndMetric(VectorEncoding encoding) throws IOException {
        for (IndexSpec spec : new IndexSpec[]{Indexes.FLAT, Indexes.GRAPHS, Indexes.LISTS}) {
            for (VectorSimilarityFunction similarity : new VectorSimilarityFunction[]{VectorSimilarityFunction.COSINE,
                    VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT}) {
                roundTrip(spec, encoding, similarity, config(spec, encoding));
            }
        }
    }

    @Test
    void aSortedIndex() throws IOException {
        IndexWriterConfig config = config(Indexes.GRAPHS, VectorEncoding.FLOAT16);
        config.setIndexSort(new Sort(new SortField(Indexes.ID, SortField.Type.LONG, true)));
        roundTrip(Indexes.GRAPHS, VectorEncoding.FLOAT16, VectorSimilarityFunction.COSINE, config);
    }

    /// Segments of one form are read by a writer of another, and take its form when they are merged.
    @Test
    void theFormCanBeChangedWhileThereAreSegments() throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            TreeMap<Integer, float[]> model;
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.GRAPHS, VectorEncoding.FLOAT32))) {
                model = fill(writer, 6, VectorSimilarityFunction.COSINE);
            }
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.GRAPHS, VectorEncoding.FLOAT16))) {
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                check(reader, model, VectorEncoding.FLOAT16);
                assertTrue(recall(reader) > 0.97);
            }
            float[] one = Indexes.floats(8, 1, DIMENSION)[0];
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.GRAPHS, VectorEncoding.BFLOAT16))) {
                writer.updateDocument(new Term(Indexes.ID, "100000"),
                        Indexes.document(100_000, one, VectorSimilarityFunction.COSINE));
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                model.replaceAll((_, row) -> nearest(VectorEncoding.FLOAT16, row));
                model.put(100_000, one);
                check(reader, model, VectorEncoding.BFLOAT16);
            }
        }
    }

    @Test
    void lucenesQueryFindsThem() throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.GRAPHS, VectorEncoding.FLOAT16))) {
                fill(writer, 7, VectorSimilarityFunction.EUCLIDEAN);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                TopDocs top = searcher.search(new KnnFloatVectorQuery(Indexes.FIELD, Indexes.floats(99, 1, DIMENSION)[0], 10),
                        10);
                assertEquals(10, top.scoreDocs.length);
                for (ScoreDoc hit : top.scoreDocs) {
                    assertTrue(hit.score > 0 && hit.score <= 1);
                }
            }
        }
    }

    @Test
    void whatDoesNotFitCostsItsDocumentOnly() throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            float[] large = new float[DIMENSION];
            large[17] = 70_000;
            float[] small = new float[DIMENSION];
            small[0] = 1;
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.FLAT, VectorEncoding.FLOAT16))) {
                writer.addDocument(Indexes.document(1, small, VectorSimilarityFunction.EUCLIDEAN));
                String message = assertThrows(IllegalArgumentException.class,
                        () -> writer.addDocument(Indexes.document(2, large, VectorSimilarityFunction.EUCLIDEAN))).getMessage();
                assertTrue(message.contains("component 17") && message.contains("FLOAT16") && message.contains("70000"), message);
                writer.addDocument(Indexes.document(3, small, VectorSimilarityFunction.EUCLIDEAN));
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                assertEquals(2, reader.numDocs());
            }
        }
    }

    @Test
    void bytesAndRoundedCopiesAreRefused() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> new KithVectorsFormat().withFloats(VectorEncoding.INT8));
        IndexWriterConfig config = config(Indexes.LISTS.withRounded(RerankRows.Kind.BF16), VectorEncoding.FLOAT16);
        try (Directory directory = new MMapDirectory(folder); IndexWriter writer = new IndexWriter(directory, config)) {
            String message = assertThrows(IllegalArgumentException.class, () -> writer
                    .addDocument(Indexes.document(1, new float[DIMENSION], VectorSimilarityFunction.EUCLIDEAN))).getMessage();
            assertTrue(message.contains("FLOAT16"), message);
        }
    }
}
