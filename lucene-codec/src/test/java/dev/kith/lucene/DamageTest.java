package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No flipped bit and no lost byte of either file goes unseen: opening the segment or `checkIntegrity` says so, with Lucene's own
/// exceptions, and nothing crashes.
class DamageTest {
    private static final long SEED = 31;

    @TempDir Path folder;

    @BeforeEach
    void write() throws IOException {
        float[][] vectors = Indexes.floats(SEED, 300, 20);
        try (Directory directory = new NIOFSDirectory(folder);
                IndexWriter writer = new IndexWriter(directory, Indexes.config(Indexes.GRAPHS))) {
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

    @Test
    void aMissingIndexFile() throws IOException {
        Path file = file(".kvix");
        Files.delete(file);
        IOException e = assertThrows(IOException.class, this::openAndCheck);
        assertTrue(e.toString().contains(file.getFileName().toString()), e.toString());
    }
}
