package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers among writers, refreshes, merges and commits. Each record carries a version; the version acknowledged last before a
/// search began is the least that the search may show.
class ConcurrencyTest {
    private static final int WRITERS = 3;
    private static final int READERS = 3;
    private static final int IDS = 64;
    private static final Schema SCHEMA = Schema.builder().vector("v", 4, Metric.SQUARED_L2).longInteger("version")
            .integer("writer").text("t").build();

    @Test
    void everyAcknowledgedWriteIsSeenByTheNextSearch(@TempDir Path folder) throws Exception {
        Options options = Options.defaults().withRecentRecords(16).withRecentBytes(1 << 20).withLogBytes(1 << 20)
                .withGraphRecords(100)
                .withDurability(Durability.osBuffered());
        long millis = Long.getLong("kith.stress.millis", 6_000);
        AtomicLongArray acknowledged = new AtomicLongArray(WRITERS * IDS);
        AtomicBoolean stop = new AtomicBoolean();
        List<Callable<Long>> work = new ArrayList<>();
        try (Database database = Kith.open(folder, options);
                ExecutorService pool = Executors.newFixedThreadPool(WRITERS + READERS + 1)) {
            Collection collection = database.createCollection("c", SCHEMA);
            for (int w = 0; w < WRITERS; w++) {
                int writer = w;
                work.add(() -> write(collection, writer, acknowledged, stop));
            }
            for (int r = 0; r < READERS; r++) {
                int reader = r;
                work.add(() -> read(collection, reader, acknowledged, stop));
            }
            work.add(() -> {
                long flushes = 0;
                while (!stop.get()) {
                    Thread.sleep(150);
                    collection.flush();
                    flushes++;
                }
                return flushes;
            });
            List<Future<Long>> results = work.stream().map(c -> pool.submit(guard(c, stop))).toList();
            long end = System.nanoTime() + millis * 1_000_000;
            while (!stop.get() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            stop.set(true);
            long done = 0;
            for (Future<Long> result : results) {
                done += result.get();
            }
            assertTrue(done > 100, "little was done: " + done);
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
        }
    }

    private static Callable<Long> guard(Callable<Long> work, AtomicBoolean stop) {
        return () -> {
            try {
                return work.call();
            } finally {
                stop.set(true);
            }
        };
    }

    /// Each writer has its own ids, all in place from its first batch on.
    private static Record record(int writer, int i, long version) {
        return Record.builder(writer + "-" + i).vector("v", new float[]{writer, i, 0, version % 7}).field("version", version)
                .field("writer", writer).field("t", "writer" + writer + " all").build();
    }

    private static long write(Collection collection, int writer, AtomicLongArray acknowledged, AtomicBoolean stop) {
        Random random = new Random(writer);
        long version = 1;
        List<Record> all = new ArrayList<>();
        for (int i = 0; i < IDS; i++) {
            all.add(record(writer, i, version));
        }
        collection.upsert(all);
        for (int i = 0; i < IDS; i++) {
            acknowledged.set(writer * IDS + i, version);
        }
        while (!stop.get()) {
            version++;
            int first = random.nextInt(IDS);
            int count = 1 + random.nextInt(Math.min(8, IDS - first));
            List<Record> batch = new ArrayList<>();
            for (int i = first; i < first + count; i++) {
                batch.add(record(writer, i, version));
            }
            collection.upsert(batch);
            for (int i = first; i < first + count; i++) {
                acknowledged.set(writer * IDS + i, version);
            }
        }
        return version;
    }

    private static long read(Collection collection, int reader, AtomicLongArray acknowledged, AtomicBoolean stop) {
        Random random = new Random(100 + reader);
        long searches = 0;
        while (!stop.get()) {
            int writer = random.nextInt(WRITERS);
            int i = random.nextInt(IDS);
            long least = acknowledged.get(writer * IDS + i);
            if (least == 0) {
                continue;
            }
            searches++;
            String id = writer + "-" + i;
            SearchResult result = collection
                    .search(Query.nearest("v", new float[]{writer, i, 0, 0}).k(IDS * WRITERS).effort(Effort.exact())
                            .filter(Filter.eq("writer", writer)).fields("version"));
            assertEquals(IDS, result.hits().size(), "records of a writer seen");
            assertEquals(IDS, new HashSet<>(result.ids()).size(), "a record seen twice");
            Hit hit = result.hits().stream().filter(h -> h.id().equals(id)).findFirst().orElseThrow();
            long seen = (Long) hit.fields().get("version");
            assertTrue(seen >= least, "search saw version " + seen + " of " + id + ", " + least + " was acknowledged before");
            Record got = collection.get(id);
            assertNotNull(got);
            assertTrue((Long) got.field("version") >= seen, "get saw an older version than the search before it");
            assertEquals(IDS, collection.count(Filter.eq("writer", writer)));
            assertEquals(IDS, collection.search(Query.text("t", "writer" + writer).k(500)).hits().size());
        }
        return searches;
    }
}
