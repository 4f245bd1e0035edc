package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No flipped bit and no lost byte of either file goes unseen: opening the segment or `checkIntegrity` says so, with Lucene's own
/// exceptions, and nothing crashes. Damaged indexes cost time, not answers.
class DamageTest {
    private static final long SEED = 31;

    @TempDir Path folder;

    @BeforeEach
    void write() throws IOException {
        write(Indexes.GRAPHS);
    }

    private void write(IndexSpec spec) throws IOException {
        float[][] vectors = Indexes.floats(SEED, 300, 20);
        try (Directory directory = new NIOFSDirectory(folder);
                IndexWriter writer = new IndexWriter(directory,
                        Indexes.config(spec).setOpenMode(IndexWriterConfig.OpenMode.CREATE))) {
            for (int i = 0; i < 300; i++) {
                writer.addDocument(i % 4 == 0
                        ? Indexes.document(i)
                        : Indexes.document(i, vectors[i], VectorSimilarityFunction.COSINE));
            }
            writer.forceMerge(1);
        }
        openAndCheck();
    }

    private Path file(String extension) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(extension)).findFirst().orElseThrow();
        }
    }

    private void openAndCheck() throws IOException {
        try (Directory directory = new MMapDirectory(folder); DirectoryReader reader = DirectoryReader.open(directory)) {
            ((CodecReader) reader.leaves().getFirst().reader()).checkIntegrity();
        }
    }

    private void assertSeen(String what) {
        IOException e = assertThrows(IOException.class, this::openAndCheck, what);
        assertTrue(e instanceof CorruptIndexException || e instanceof IndexFormatTooNewException
                || e instanceof IndexFormatTooOldException, () -> what + ": " + e);
    }

    private void flipBits(String extension) throws IOException {
        Path file = file(extension);
        byte[] sound = Files.readAllBytes(file);
        Random random = new Random(SEED);
        TreeSet<Integer> places = new TreeSet<>();
        for (int i = 0; i < 70; i++) {
            places.add(i);
            places.add(sound.length - 1 - i);
            places.add(random.nextInt(sound.length));
        }
        for (int place : places) {
            byte[] damaged = sound.clone();
            damaged[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            assertSeen("byte " + place + " of " + sound.length + " in " + extension);
        }
        Files.write(file, sound);
        openAndCheck();
    }

    @Test
    void flippedBitsInTheVectors() throws IOException {
        flipBits(".kvec");
    }

    @Test
    void flippedBitsInTheIndex() throws IOException {
        flipBits(".kvix");
    }

    @Test
    void flippedBitsInListsAndTheirRoundedRows() throws IOException {
        for (RerankRows.Kind kind : RerankRows.Kind.values()) {
            write(Indexes.LISTS.withRounded(kind));
            flipBits(".kvix");
        }
    }

    @Test
    void filesCutShort() throws IOException {
        for (String extension : new String[]{".kvec", ".kvix"}) {
            Path file = file(extension);
            byte[] sound = Files.readAllBytes(file);
            Random random = new Random(SEED);
            for (int i = 0; i < 30; i++) {
                int length = i < 10 ? i * 16 : random.nextInt(sound.length);
                Files.write(file, Arrays.copyOf(sound, length));
                assertThrows(IOException.class, this::openAndCheck, extension + " cut to " + length);
            }
            Files.write(file, sound);
        }
    }

    @Test
    void damageInTheRowsIsReportedWithItsPlace() throws IOException {
        Path file = file(".kvec");
        byte[] bytes = Files.readAllBytes(file);
        bytes[5000] ^= 1;
        Files.write(file, bytes);
        CorruptIndexException e = assertThrows(CorruptIndexException.class, this::openAndCheck);
        assertTrue(e.getMessage().contains("block"), e.getMessage());
        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    }

    /// Searches still answer, exactly, and a merge, if the folder can be `written`, makes the segment whole again.
    private void scansUntilMerged(boolean written) throws IOException {
        assertSeen("checkIntegrity");
        try (Directory directory = new MMapDirectory(folder)) {
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                assertFalse(vectors.indexed());
                assertTrue(vectors.indexDamage().isPresent());
                TopK nearest = new TopK(1);
                float[] row = new float[20];
                vectors.vectors().copyRow(17, row);
                assertEquals(SearchStats.Strategy.EXACT,
                        vectors.search(row, 1, SearchEffort.DEFAULT, null, nearest).strategy());
                assertEquals(17, TopK.ordinal(nearest.toSortedKeys()[0]));
            }
            if (!written) {
                return;
            }
            try (IndexWriter writer = new IndexWriter(directory, Indexes.config(Indexes.GRAPHS))) {
                writer.addDocument(Indexes.document(1000, Indexes.floats(8, 1, 20)[0], VectorSimilarityFunction.COSINE));
                writer.flush();
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                assertTrue(vectors.indexed() && vectors.indexDamage().isEmpty());
            }
        }
        openAndCheck();
    }

    @Test
    void aDamagedIndexFile() throws IOException {
        Path file = file(".kvix");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 100; i < 400; i++) { // the graph's header
            bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
        scansUntilMerged(true);
    }

    @Test
    void anIndexFileCutShort() throws IOException {
        Path file = file(".kvix");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
        scansUntilMerged(true);
    }

    @Test
    void aMissingIndexFile() throws IOException {
        Files.delete(file(".kvix"));
        scansUntilMerged(false); // no IndexWriter of Lucene opens a folder from which a file is missing
    }
}
