package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.core.TopK;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.PageAdvice;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Rows that the system reads around, although a search wants a hundred of a million; or rows that a scan has to fetch page by
/// page.
@EnabledOnOs(OS.LINUX)
class PageAdviceTest {
    private static final int DIMENSION = 256;
    private static final float[][] VECTORS = Indexes.floats(3, 2000, DIMENSION);

    @TempDir Path folder;

    private void write(MMapDirectory directory, IndexSpec spec) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, Indexes.config(spec))) {
            for (int i = 0; i < VECTORS.length; i++) {
                writer.addDocument(Indexes.document(i, VECTORS[i], VectorSimilarityFunction.EUCLIDEAN));
            }
            writer.forceMerge(1);
        }
    }

    /// Bytes of the segment's vectors whose mapping the kernel was told to read at random.
    private long scatteredBytes() throws IOException {
        long bytes = 0;
        long size = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                boolean ours = line.contains(folder.toString()) && line.endsWith(".kvec");
                size = ours ? Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16) : 0;
            } else if (line.startsWith("VmFlags:") && line.contains(" rr")) {
                bytes += size;
            }
        }
        return bytes;
    }

    private static long[] scan(KithVectorsReader vectors) {
        TopK nearest = new TopK(10);
        vectors.search(VECTORS[7], 10, SearchEffort.EXACT, null, nearest);
        return nearest.toSortedKeys();
    }

    @Test
    void rowsBehindListsAreReadAsTheyAreTouchedBeforeAndAfterACheck() throws IOException {
        try (MMapDirectory directory = new MMapDirectory(folder)) {
            write(directory, Indexes.LISTS);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                CodecReader leaf = (CodecReader) reader.leaves().getFirst().reader();
                long rows = VECTORS.length * 4L * DIMENSION;
                assertEquals(rows, scatteredBytes(), 8192.0);
                KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
                long[] before = scan(vectors);
                leaf.checkIntegrity();
                assertEquals(rows, scatteredBytes(), 8192.0);
                assertArrayEquals(before, scan(vectors));
            }
        }
    }

    @Test
    void onlyALargeGraphIsReadAsItIsTouched() throws IOException {
        try (MMapDirectory directory = new MMapDirectory(folder)) {
            write(directory, Indexes.GRAPHS);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                assertEquals(0, scatteredBytes());
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                long[] before = scan(vectors);
                new PageAdvice(1 << 20).give(vectors.field());
                assertEquals(VECTORS.length * 4L * DIMENSION, scatteredBytes(), 8192.0);
                assertArrayEquals(before, scan(vectors));
            }
        }
    }

    @Test
    void rowsThatAreOnlyScannedAreReadAhead() throws IOException {
        try (MMapDirectory directory = new MMapDirectory(folder)) {
            write(directory, Indexes.FLAT);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                assertEquals(0, scatteredBytes());
                assertEquals(1, reader.leaves().size());
            }
        }
    }
}
