package dev.kith.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.BuildControl;
import dev.kith.core.Metric;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.lucene.KithVectorsReader;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats.Strategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;

/// Graphs that are left for later must be missed by nobody, and must come.
class PaceTest {
    private static final int GRAPH_RECORDS = 2500;
    private static final int DIMENSION = 256; // 2,048 vectors are enough for codes

    private final AtomicLong nanos = new AtomicLong(1);
    private final Pace pace = new Pace(nanos::get);

    private void write(int perSecond, int seconds) {
        for (int s = 0; s < seconds; s++) {
            for (int i = 0; i < perSecond; i++) {
                pace.wrote();
            }
            nanos.addAndGet(1_000_000_000L);
        }
    }

    @Test
    void onlyFastWritingThatIsWatchedIsAHurry() {
        write(5000, 2);
        assertFalse(pace.hurried(), "nobody searches");
        pace.unwatched(false);
        write(5000, 2);
        assertTrue(pace.hurried());
        pace.forced(true);
        assertFalse(pace.hurried(), "somebody waits for the merge");
        pace.forced(false);
        assertTrue(pace.hurried());
        write(100, 2);
        assertFalse(pace.hurried(), "graphs can be built for so few");
        write(5000, 2);
        assertTrue(pace.hurried());
        nanos.addAndGet(5_000_000_000L);
        assertFalse(pace.hurried(), "writing has ceased");
    }

    @Test
    void whatGraphsCostHereDecides() {
        pace.unwatched(false);
        write(200, 2);
        assertFalse(pace.hurried());
        for (int i = 0; i < 20; i++) {
            pace.built(10_000, 10_000L * 3_000_000); // 3 ms a record
        }
        write(200, 2);
        assertTrue(pace.hurried());
    }

    @Test
    void theGraphFollowsAtRest() throws IOException {
        NumberedSchema schema = NumberedSchema.first(Schema.builder().vector("v", DIMENSION, Metric.COSINE).build());
        GraphMergePolicy policy = new GraphMergePolicy(GRAPH_RECORDS, pace);
        SegmentCodec codec = new SegmentCodec(schema, new SegmentCodec.Building(GRAPH_RECORDS, BuildControl.NONE, () -> 0,
                new MemoryBudget(MemoryBudget.UNLIMITED), _ -> {}, pace));
        pace.unwatched(false);
        try (Directory directory = new ByteBuffersDirectory();
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(codec).setMergePolicy(policy)
                        .setMergeScheduler(new SerialMergeScheduler()).setRAMBufferSizeMB(256)
                        .setUseCompoundFile(false).setParentField(LuceneFields.PARENT))) {
            add(writer, schema, 0, 3000);
            writer.flush();
            assertEquals(List.of(Strategy.CODES), strategies(writer), "a flush has codes");
            add(writer, schema, 3000, 100);
            write(5000, 2);
            assertTrue(pace.hurried());
            writer.forceMerge(1);
            assertEquals(List.of(Strategy.CODES), strategies(writer), "in a hurry");
            nanos.addAndGet(5_000_000_000L);
            policy.resting(true);
            writer.maybeMerge();
            assertEquals(List.of(Strategy.GRAPH), strategies(writer), "at rest");
            writer.maybeMerge();
            assertEquals(List.of(Strategy.GRAPH), strategies(writer));
        }
    }

    private static void add(IndexWriter writer, NumberedSchema schema, int from, int count) throws IOException {
        DocumentMapper mapper = new DocumentMapper(schema);
        Random random = new Random(from);
        for (int i = from; i < from + count; i++) {
            float[] vector = new float[DIMENSION];
            for (int c = 0; c < DIMENSION; c++) {
                vector[c] = (float) random.nextGaussian();
            }
            writer.addDocument(mapper.document(Record.builder("r" + i).vector("v", vector).build(), new byte[]{1}, i));
        }
    }

    private static List<Strategy> strategies(IndexWriter writer) throws IOException {
        List<Strategy> strategies = new ArrayList<>();
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
            for (var leaf : reader.leaves()) {
                String field = LuceneFields.name(NumberedSchema
                        .first(Schema.builder().vector("v", DIMENSION, Metric.COSINE).build()).vectorFields().getFirst());
                KithVectorsReader vectors = KithVectorsReader.of(leaf.reader(), field).orElseThrow();
                float[] query = new float[DIMENSION];
                query[0] = 1;
                dev.kith.core.TopK nearest = new dev.kith.core.TopK(3);
                strategies.add(vectors.search(query, 3, SearchEffort.DEFAULT, null, nearest).strategy());
                assertEquals(3, nearest.size());
            }
        }
        return strategies;
    }
}
