package dev.kith.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.TopK;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A build of an index never holds up whoever closes, and a cancelled one costs no document.
@Timeout(120)
class CancelTest {
    private static final int COUNT = 6000;

    /// Flushed segments stay flat; the merge of all of them builds a graph.
    private static final IndexSpec AT_MERGE = new IndexSpec.Hnsw(16, 200, 64, 42L, 5000);

    /// Tells when a build runs and how far it came; cancels when asked.
    private static final class Watch implements BuildControl {
        final CountDownLatch running = new CountDownLatch(1);
        final AtomicLong done = new AtomicLong();
        final AtomicInteger polls = new AtomicInteger();
        /// A build waits for this when it has begun, so that it is not over before the test can stop it.
        final CountDownLatch stopping = new CountDownLatch(1);
        volatile boolean cancel;
        volatile long total;

        @Override
        public boolean cancelled() {
            polls.incrementAndGet();
            return cancel;
        }

        @Override
        public void progress(long units, long total) {
            done.set(units);
            this.total = total;
            if (units > 0 && units < total && running.getCount() > 0) {
                running.countDown();
                try {
                    assertTrue(stopping.await(60, TimeUnit.SECONDS));
                    Thread.sleep(300); // whoever stops the build says so before it waits for its end
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static void fill(IndexWriter writer) throws IOException {
        float[][] vectors = Indexes.floats(1, COUNT, 64);
        for (int i = 0; i < COUNT; i++) {
            writer.addDocument(Indexes.document(i, vectors[i], VectorSimilarityFunction.EUCLIDEAN));
            if (i % 1500 == 1499) {
                writer.flush();
            }
        }
        writer.commit();
    }

    private static IndexWriterConfig config(IndexSpec spec, BuildControl control) {
        return Indexes.config(new KithVectorsFormat(spec, control));
    }

    private static int documents(Directory directory) throws IOException {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            for (LeafReaderContext leaf : reader.leaves()) {
                assertFalse(KithVectorsReader.of(leaf.reader(), Indexes.FIELD).orElseThrow().indexed());
            }
            return reader.numDocs();
        }
    }

    @Test
    void luceneAbortsAMergeInTheMiddleOfABuild() throws Exception {
        Watch watch = new Watch();
        try (Directory directory = new ByteBuffersDirectory()) {
            IndexWriterConfig config = config(AT_MERGE, watch);
            config.setMergeScheduler(new ConcurrentMergeScheduler());
            IndexWriter writer = new IndexWriter(directory, config);
            fill(writer);
            writer.forceMerge(1, false);
            assertTrue(watch.running.await(60, TimeUnit.SECONDS));
            watch.stopping.countDown();
            writer.rollback(); // returns only when the merge has ended
            long after = watch.done.get();
            assertTrue(after < watch.total / 2, "the build went on to " + after + " of " + watch.total);
            assertEquals(COUNT, documents(directory));
        }
    }

    @Test
    void theFormatsOwnControlEndsAMergeAndTheWriterGoesOn() throws Exception {
        Watch watch = new Watch();
        try (Directory directory = new ByteBuffersDirectory()) {
            IndexWriterConfig config = config(AT_MERGE, watch);
            config.setMergeScheduler(new ConcurrentMergeScheduler());
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                fill(writer);
                writer.forceMerge(1, false);
                assertTrue(watch.running.await(60, TimeUnit.SECONDS));
                watch.cancel = true;
                watch.stopping.countDown();
                ((ConcurrentMergeScheduler) writer.getConfig().getMergeScheduler()).sync();
                assertTrue(writer.isOpen());
                writer.addDocument(Indexes.document(COUNT, new float[64], VectorSimilarityFunction.EUCLIDEAN));
                writer.commit();
                assertEquals(COUNT + 1, documents(directory));
                watch.cancel = false;
                writer.forceMerge(1);
                writer.commit();
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                assertEquals(1, reader.leaves().size());
                assertTrue(KithVectorsReader.of(reader.leaves().getFirst().reader(), Indexes.FIELD).orElseThrow().indexed());
            }
        }
    }

    @Test
    void aCancelledFlushKeepsItsDocumentsAndStaysFlat() throws Exception {
        Watch watch = new Watch();
        watch.cancel = true;
        float[][] vectors = Indexes.floats(2, 500, 16);
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, config(Indexes.GRAPHS, watch))) {
                for (int i = 0; i < 500; i++) {
                    writer.addDocument(Indexes.document(i, vectors[i], VectorSimilarityFunction.EUCLIDEAN));
                }
            }
            assertTrue(watch.polls.get() > 0);
            assertEquals(500, documents(directory));
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                var leaf = reader.leaves().getFirst().reader();
                TopK nearest = new TopK(1);
                SearchStats stats = KithVectorsReader.of(leaf, Indexes.FIELD).orElseThrow()
                        .search(vectors[123], 1, SearchEffort.DEFAULT, null, nearest);
                assertEquals(SearchStats.Strategy.EXACT, stats.strategy());
                assertEquals(0f, TopK.distance(nearest.toSortedKeys()[0]));
            }
        }
    }
}
