package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.TopK;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import dev.kith.lucene.segment.SearchStats.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Segments that are scanned by codes answer as if they were scanned exactly, at a fraction of the distances; damaged codes cost time,
/// not answers.
class CodeScanTest {
    private static final long SEED = 19;
    private static final int COUNT = 3000;
    private static final int DIMENSION = 128;
    private static final int QUERIES = 25;

    @TempDir Path folder;

    private void write(VectorSimilarityFunction similarity, IndexSpec spec, int count) throws IOException {
        float[][] vectors = Indexes.floats(SEED, count, DIMENSION);
        if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
            Indexes.normalize(vectors);
        }
        try (Directory directory = new NIOFSDirectory(folder);
                IndexWriter writer = new IndexWriter(directory, Indexes.config(spec).setOpenMode(
                        org.apache.lucene.index.IndexWriterConfig.OpenMode.CREATE))) {
            for (int i = 0; i < count; i++) {
                writer.addDocument(i % 7 == 0 ? Indexes.document(i) : Indexes.document(i, vectors[i], similarity));
            }
            writer.forceMerge(1);
        }
    }

    @Test
    void nothingIsLost() throws IOException {
        for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
            write(similarity, new IndexSpec.CodeScan(7, 1000), COUNT);
            try (Directory directory = new MMapDirectory(folder); DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                long[] half = new long[(COUNT + 63) / 64];
                Random random = new Random(SEED);
                for (int i = 0; i < half.length; i++) {
                    half[i] = random.nextLong();
                }
                for (AcceptOrdinals accept : new AcceptOrdinals[]{null, vectors.accept(half)}) {
                    for (SearchEffort effort : new SearchEffort[]{SearchEffort.DEFAULT, SearchEffort.efSearch(1),
                            SearchEffort.recall(0.5), SearchEffort.lists(1, 1)}) {
                        ask(vectors, similarity, effort, accept);
                    }
                }
            }
        }
    }

    private static void ask(KithVectorsReader vectors, VectorSimilarityFunction similarity, SearchEffort effort,
            AcceptOrdinals accept) {
        int missed = 0;
        long distances = 0;
        for (float[] query : Indexes.floats(SEED + 1, QUERIES, DIMENSION)) {
            TopK exact = new TopK(10);
            assertEquals(Strategy.EXACT, vectors.search(query, 10, SearchEffort.EXACT, accept, exact).strategy());
            TopK found = new TopK(10);
            SearchStats stats = vectors.search(query, 10, effort, accept, found);
            assertEquals(Strategy.CODES, stats.strategy());
            distances += stats.distances();
            missed += found.worstDistance() > exact.worstDistance() ? 1 : 0;
        }
        String what = similarity + ", " + effort + ", " + (accept == null ? "all" : "half");
        int lost = missed;
        long mean = distances / QUERIES;
        assertTrue(lost <= 1, () -> what + ": " + lost + " answers of " + QUERIES + " with something missing");
        assertTrue(mean < 500, () -> what + ": " + mean + " distances a query");
    }

    @Test
    void fewVectorsStayFlat() throws IOException {
        write(VectorSimilarityFunction.COSINE, new IndexSpec.CodeScan(7, 1000), 900);
        try (Directory directory = new MMapDirectory(folder); DirectoryReader reader = DirectoryReader.open(directory)) {
            KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD).orElseThrow();
            assertFalse(vectors.indexed());
        }
    }

    @Test
    void damagedCodesAreSetAside() throws IOException {
        write(VectorSimilarityFunction.EUCLIDEAN, new IndexSpec.CodeScan(7, 1000), COUNT);
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.filter(f -> f.toString().endsWith(".kvix")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
        try (Directory directory = new MMapDirectory(folder); DirectoryReader reader = DirectoryReader.open(directory)) {
            var leaf = reader.leaves().getFirst().reader();
            assertFalse(SegmentIntegrity.setDamagedIndexesAside(leaf).isEmpty());
            assertFalse(vectors(leaf).indexed());
            TopK found = new TopK(10);
            assertEquals(Strategy.EXACT,
                    vectors(leaf).search(new float[DIMENSION], 10, SearchEffort.DEFAULT, null, found).strategy());
            assertEquals(10, found.size());
        }
    }

    private static KithVectorsReader vectors(org.apache.lucene.index.LeafReader leaf) {
        return KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
    }
}
