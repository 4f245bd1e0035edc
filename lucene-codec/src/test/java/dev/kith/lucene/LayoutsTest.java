package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every way in which a segment can lie on disk gives back each row bit for bit, to its own document.
class LayoutsTest {
    private static final int DIMENSION = 33; // rows at odd places: 132 bytes, packed

    @TempDir Path folder;

    /// A random history of adds, updates and deletes, remembered by a map.
    private static TreeMap<Integer, float[]> fill(IndexWriter writer, long seed, int operations, double withVector)
            throws IOException {
        Random random = new Random(seed);
        float[][] vectors = Indexes.floats(seed, operations, DIMENSION);
        TreeMap<Integer, float[]> model = new TreeMap<>();
        for (int i = 0; i < operations; i++) {
            int id = random.nextInt(operations);
            Term term = new Term(Indexes.ID, Integer.toString(id));
            if (random.nextInt(5) == 0) {
                writer.deleteDocuments(term);
                model.remove(id);
            } else if (random.nextDouble() < withVector) {
                Document document = Indexes.document(id, vectors[i], VectorSimilarityFunction.COSINE);
                document.add(new NumericDocValuesField("order", random.nextInt(100)));
                writer.updateDocument(term, document);
                model.put(id, vectors[i]);
            } else {
                Document document = Indexes.document(id);
                document.add(new NumericDocValuesField("order", random.nextInt(100)));
                writer.updateDocument(term, document);
                model.remove(id);
            }
            if (random.nextInt(operations / 6) == 0) {
                writer.flush();
            }
        }
        return model;
    }

    private static void check(DirectoryReader reader, TreeMap<Integer, float[]> model, boolean indexed) throws IOException {
        TreeMap<Integer, float[]> found = new TreeMap<>();
        for (LeafReaderContext context : reader.leaves()) {
            LeafReader leaf = context.reader();
            int[] ids = Indexes.ids(leaf);
            KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElse(null);
            if (vectors == null) {
                continue;
            }
            assertEquals(indexed && vectors.size() > 0, vectors.indexed());
            float[] row = new float[DIMENSION];
            for (int ordinal = 0; ordinal < vectors.size(); ordinal++) {
                int doc = vectors.docId(ordinal);
                assertEquals(ordinal, vectors.ordinal(doc));
                if (leaf.getLiveDocs() == null || leaf.getLiveDocs().get(doc)) {
                    vectors.vectors().copyRow(ordinal, row);
                    assertEquals(null, found.put(ids[doc], row.clone()));
                    findsItself(vectors, row, ordinal);
                }
            }
        }
        assertEquals(model.keySet(), found.keySet());
        model.forEach((id, row) -> assertArrayEquals(row, found.get(id), "id " + id));
    }

    /// The nearest row to a row is at distance 0, by the norms that were stored for it.
    private static void findsItself(KithVectorsReader vectors, float[] row, int ordinal) {
        TopK nearest = new TopK(1);
        vectors.search(row, 1, SearchEffort.efSearch(64), null, nearest);
        assertEquals(0f, TopK.distance(nearest.toSortedKeys()[0]), 1e-5f, "ordinal " + ordinal);
    }

    private void roundTrip(Directory directory, IndexWriterConfig config, boolean indexed, double withVector)
            throws IOException {
        long seed = 77;
        TreeMap<Integer, float[]> model;
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            model = fill(writer, seed, 400, withVector);
            writer.commit();
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                check(reader, model, indexed);
            }
            writer.forceMerge(1);
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertEquals(1, reader.leaves().size());
            check(reader, model, indexed);
            ((CodecReader) reader.leaves().getFirst().reader()).checkIntegrity();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mappedFiles(boolean indexed) throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, Indexes.config(indexed ? Indexes.GRAPHS : Indexes.FLAT), indexed, 1.0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFieldThatManyDocumentsDoNotHave(boolean indexed) throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, Indexes.config(indexed ? Indexes.GRAPHS : Indexes.FLAT), indexed, 0.4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSortedIndex(boolean indexed) throws IOException {
        IndexWriterConfig config = Indexes.config(indexed ? Indexes.GRAPHS : Indexes.FLAT);
        config.setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, config, indexed, 0.7);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void compoundFiles(boolean indexed) throws IOException {
        IndexWriterConfig config = Indexes.config(indexed ? Indexes.GRAPHS : Indexes.FLAT);
        config.setUseCompoundFile(true);
        config.getMergePolicy().setNoCFSRatio(1);
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, config, indexed, 0.7);
            assertTrue(Arrays.stream(directory.listAll()).anyMatch(name -> name.endsWith(".cfs")));
            assertFalse(Arrays.stream(directory.listAll()).anyMatch(name -> name.endsWith(".kvec")));
        }
    }

    @Test
    void invertedLists() throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, Indexes.config(Indexes.LISTS), true, 0.7);
        }
    }

    @ParameterizedTest
    @EnumSource(RerankRows.Kind.class)
    void invertedListsWithRoundedRows(RerankRows.Kind kind) throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            roundTrip(directory, Indexes.config(Indexes.LISTS.withRounded(kind)), true, 0.7);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                assertEquals(Optional.of(kind), vectors.roundedRows());
            }
        }
    }

    @Test
    void byteVectorsAreNotRounded() throws IOException {
        try (Directory directory = new MMapDirectory(folder);
                IndexWriter writer = new IndexWriter(directory,
                        Indexes.config(Indexes.LISTS.withRounded(RerankRows.Kind.INT8)))) {
            Document document = Indexes.document(1, Indexes.bytes(1, 1, 16)[0], VectorSimilarityFunction.EUCLIDEAN);
            String message = assertThrows(IllegalArgumentException.class, () -> writer.addDocument(document)).getMessage();
            assertTrue(message.contains("float32 vectors") && message.contains("INT8"), message);
        }
    }

    @Test
    void aDirectoryThatDoesNotMapIsCopied() throws IOException {
        try (Directory directory = new NIOFSDirectory(folder)) {
            roundTrip(directory, Indexes.config(Indexes.GRAPHS), true, 0.7);
        }
    }

    @Test
    void aFileThatSpansTwoMappingsIsCopied() throws IOException {
        try (Directory directory = new MMapDirectory(folder, 1 << 12)) {
            roundTrip(directory, Indexes.config(Indexes.GRAPHS), true, 0.7);
        }
    }

    @Test
    void addedIndexes() throws IOException {
        for (boolean asReaders : List.of(false, true)) {
            try (Directory from = new ByteBuffersDirectory(); Directory to = new ByteBuffersDirectory()) {
                TreeMap<Integer, float[]> model;
                try (IndexWriter writer = new IndexWriter(from, Indexes.config(Indexes.FLAT))) {
                    model = fill(writer, 5, 300, 0.6);
                }
                try (IndexWriter writer = new IndexWriter(to, Indexes.config(Indexes.GRAPHS));
                        DirectoryReader reader = DirectoryReader.open(from)) {
                    if (asReaders) {
                        CodecReader[] leaves = reader.leaves().stream().map(c -> (CodecReader) c.reader())
                                .toArray(CodecReader[]::new);
                        writer.addIndexes(leaves);
                    } else {
                        writer.addIndexes(from);
                        writer.forceMerge(1);
                    }
                }
                try (DirectoryReader reader = DirectoryReader.open(to)) {
                    check(reader, model, true);
                }
            }
        }
    }

    @Test
    void manyFieldsOfDifferentShapesInOneSegment() throws IOException {
        float[][] floats = Indexes.floats(3, 200, 16);
        byte[][] bytes = Indexes.bytes(4, 200, 100);
        try (Directory directory = new MMapDirectory(folder)) {
            try (IndexWriter writer = new IndexWriter(directory, Indexes.config(new IndexSpec.Hnsw(8, 50, 32, 1L, 100)))) {
                for (int i = 0; i < 200; i++) {
                    Document document = Indexes.document(i, floats[i], VectorSimilarityFunction.EUCLIDEAN);
                    if (i % 3 == 0) {
                        document.add(new KnnByteVectorField("third", bytes[i], VectorSimilarityFunction.COSINE));
                    }
                    writer.addDocument(document);
                    if (i % 70 == 69) {
                        writer.flush();
                    }
                }
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                LeafReader leaf = reader.leaves().getFirst().reader();
                KithVectorsReader all = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
                KithVectorsReader third = KithVectorsReader.of(leaf, "third").orElseThrow();
                assertTrue(all.indexed() && all.dense() && all.size() == 200);
                assertTrue(!third.indexed() && !third.dense() && third.size() == 67);
                int[] ids = Indexes.ids(leaf);
                float[] row = new float[100];
                for (int ordinal = 0; ordinal < third.size(); ordinal++) {
                    third.vectors().copyRow(ordinal, row);
                    byte[] expected = bytes[ids[third.docId(ordinal)]];
                    for (int i = 0; i < expected.length; i++) {
                        assertEquals(expected[i], (int) row[i]);
                    }
                }
                assertTrue(KithVectorsReader.of(leaf, "unknown").isEmpty());
            }
        }
    }

    @Test
    void theLargestDimension() throws IOException {
        float[][] vectors = Indexes.floats(9, 5, KithVectorsFormat.MAX_DIMENSION);
        try (Directory directory = new MMapDirectory(folder)) {
            IndexWriterConfig config = Indexes.config(Indexes.GRAPHS).setMergePolicy(NoMergePolicy.INSTANCE);
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                for (int i = 0; i < 5; i++) {
                    writer.addDocument(Indexes.document(i, vectors[i], VectorSimilarityFunction.EUCLIDEAN));
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader field = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD).orElseThrow();
                assertNotNull(field);
                for (int i = 0; i < 5; i++) {
                    TopK nearest = new TopK(1);
                    field.search(vectors[i], 1, SearchEffort.DEFAULT, null, nearest);
                    assertEquals(i, TopK.ordinal(nearest.toSortedKeys()[0]));
                }
            }
        }
    }
}
