package dev.kith.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Observation;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A meter has another name than documented, counts something else, or fails once the database is closed.
class KithMetricsTest {
    @TempDir Path folder;

    @Test
    void everyDocumentedMeterCounts() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Options options = Options.defaults()
                .withObservation(Observation.of(new KithMetrics(registry)).withSlowSearch(Duration.ofNanos(1)));
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.createCollection("things",
                    Schema.builder().vector("v", 2, Metric.COSINE).integer("n").build());
            for (int i = 0; i < 30; i++) {
                collection.upsert(Record.builder("r" + i).vector("v", new float[]{1, i}).field("n", i).build());
                if (i % 10 == 9) {
                    collection.flush();
                }
            }
            collection.delete("r1", "r2");
            collection.delete(Filter.ge("n", 25));
            for (int i = 0; i < 7; i++) {
                collection.search(Query.nearest("v", new float[]{1, 1}).k(5));
            }
            collection.optimize();

            assertEquals(7, registry.get("kith.search").tag("collection", "things").timer().count());
            assertEquals(7, registry.get("kith.search.slow").counter().count());
            assertEquals(35, registry.get("kith.search.hits").counter().count());
            assertEquals(32, registry.get("kith.write").timer().count());
            assertEquals(30, registry.get("kith.write.upserts").counter().count());
            assertEquals(7, registry.get("kith.write.deletes").counter().count());
            assertTrue(registry.get("kith.flush").timer().count() >= 3);
            assertTrue(registry.get("kith.merge").tag("outcome", "done").timer().count() >= 1);
            assertEquals(23, registry.get("kith.records").gauge().value());
            assertEquals(1, registry.get("kith.segments").gauge().value());
            assertTrue(registry.get("kith.index.size").gauge().value() > 0);
            assertEquals("bytes", registry.get("kith.log.size").gauge().getId().getBaseUnit());
            assertEquals(0, registry.get("kith.failed").gauge().value());
            assertEquals(0, registry.get("kith.recovery.operations").functionCounter().count());
        }
        assertTrue(Double.isNaN(registry.get("kith.records.recent").gauge().value())
                || registry.get("kith.records.recent").gauge().value() == 0);
        Set<String> names = registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(Set.of("kith.search", "kith.search.slow", "kith.search.hits", "kith.write", "kith.write.upserts",
                        "kith.write.deletes", "kith.flush", "kith.merge", "kith.recovery.operations", "kith.records",
                        "kith.records.deleted",
                        "kith.records.recent", "kith.segments", "kith.index.size", "kith.log.size", "kith.failed",
                        "kith.accelerator.calls", "kith.accelerator.fallbacks")),
                names);
    }
}
