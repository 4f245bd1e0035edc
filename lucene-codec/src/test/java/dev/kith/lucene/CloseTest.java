package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.TopK;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A reader that is closed under a search ends the search with a typed exception, never the JVM.
@Timeout(120)
class CloseTest {
    private static final int DIMENSION = 64;
    private static final float[][] VECTORS = Indexes.floats(1, 3000, DIMENSION);

    @TempDir Path folder;

    private static void write(Directory directory) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, Indexes.config(Indexes.FLAT))) {
            for (int i = 0; i < VECTORS.length; i++) {
                writer.addDocument(Indexes.document(i, VECTORS[i], VectorSimilarityFunction.COSINE));
            }
            writer.forceMerge(1);
        }
    }

    private static void useAfterClose(Directory directory) throws IOException {
        write(directory);
        DirectoryReader reader = DirectoryReader.open(directory);
        var leaf = reader.leaves().getFirst().reader();
        KithVectorsReader vectors = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow();
        FloatVectorValues values = leaf.getFloatVectorValues(Indexes.FIELD);
        reader.close();
        assertThrows(AlreadyClosedException.class,
                () -> vectors.search(VECTORS[0], 1, SearchEffort.DEFAULT, null, new TopK(1)));
        assertThrows(AlreadyClosedException.class, () -> values.vectorValue(0));
        assertThrows(IllegalStateException.class, () -> vectors.vectors().copyRow(0, new float[DIMENSION]));
        assertThrows(AlreadyClosedException.class, () -> KithVectorsReader.of(leaf, Indexes.FIELD));
    }

    @Test
    void useAfterCloseOfMappedFiles() throws IOException {
        try (Directory directory = new MMapDirectory(folder)) {
            useAfterClose(directory);
        }
    }

    @Test
    void useAfterCloseOfCopiedFiles() throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            useAfterClose(directory);
        }
    }

    @Test
    void closedInTheMiddleOfSearches() throws Exception {
        try (Directory directory = new MMapDirectory(folder)) {
            write(directory);
            for (int round = 0; round < 5; round++) {
                DirectoryReader reader = DirectoryReader.open(directory);
                KithVectorsReader vectors = KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD)
                        .orElseThrow();
                CountDownLatch searching = new CountDownLatch(2);
                AtomicReference<Throwable> unexpected = new AtomicReference<>();
                List<Thread> threads = new ArrayList<>();
                for (int t = 0; t < 2; t++) {
                    threads.add(Thread.ofPlatform().start(() -> {
                        try {
                            while (true) {
                                vectors.search(VECTORS[7], 3, SearchEffort.EXACT, null, new TopK(3));
                                searching.countDown();
                            }
                        } catch (AlreadyClosedException _) {
                            // as promised
                        } catch (Throwable e) {
                            unexpected.set(e);
                        }
                    }));
                }
                searching.await();
                reader.close();
                for (Thread thread : threads) {
                    thread.join();
                }
                assertNull(unexpected.get());
            }
        }
    }

    @Test
    void copiesAreFreedWithTheReader() throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            write(directory);
            DirectoryReader reader = DirectoryReader.open(directory);
            var leaf = reader.leaves().getFirst().reader();
            var rows = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow().vectors().rows();
            assertTrue(rows.scope().isAlive());
            assertEquals(3000L * DIMENSION * 4, rows.byteSize());
            reader.close();
            assertTrue(!rows.scope().isAlive());
        }
    }
}
