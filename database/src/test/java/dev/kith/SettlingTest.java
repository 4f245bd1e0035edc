package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small segments are put together by themselves when writing rests, so that searches stop scanning them.
class SettlingTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private final Random random = new Random(4);
    private final float[] query = new float[8];

    @Test
    void scannedSegmentsBecomeOneWithAGraph(@TempDir Path folder) throws InterruptedException {
        try (Database database = Kith.open(folder.resolve("db"), Options.defaults().withGraphRecords(1000))) {
            Collection collection = database.createCollection("c", Schema.builder().vector("v", 8, Metric.SQUARED_L2).build());
            for (int segment = 0; segment < 3; segment++) { // fewer than a tier, so ordinary merging leaves them alone
                collection.upsert(records("r" + segment + "-", 400));
                collection.flush();
                collection.search(Query.nearest("v", query));
            }
            awaitGraphs(collection);
            assertEquals(1200, collection.count());
            collection.upsert(records("few", 990)); // too few for a graph of their own
            collection.flush();
            awaitGraphs(collection);
            assertEquals(2190, collection.count());
        }
    }

    private List<Record> records(String prefix, int count) {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[8];
            for (int c = 0; c < 8; c++) {
                vector[c] = (float) random.nextGaussian();
            }
            records.add(Record.builder(prefix + i).vector("v", vector).build());
        }
        return records;
    }

    private void awaitGraphs(Collection collection) throws InterruptedException {
        long start = System.nanoTime();
        while (collection.explain(Query.nearest("v", query)).clauses().getFirst().parts().stream()
                .anyMatch(part -> part.strategy() != Explanation.Strategy.GRAPH)) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "still scanned: " + collection.stats());
            Thread.sleep(50);
        }
    }
}
