package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many records at the same distance: which of them are answered must depend on their ids alone, not on segments, on the order of
/// writing or on what stands in memory.
class TiesTest {
    private static final int RECORDS = 900;
    private static final Schema SCHEMA = Schema.builder().vector("v", 3, Metric.SQUARED_L2).keyword("half").text("body").build();

    @TempDir Path folder;

    /// Five places in space and three texts for 900 records.
    private static Record record(int i) {
        return Record.builder(id(i)).vector("v", new float[]{i % 5, (i % 5) * 2, 1}).field("half", i % 2 == 0 ? "even" : "odd")
                .field("body", i % 3 == 0 ? "wind" : i % 3 == 1 ? "wind and rain" : "snow").build();
    }

    private static String id(int i) {
        return "r" + (i * 7919L % 10007); // not in the order of numbers
    }

    /// Writes all records in another order, in other batches, with other segments.
    private Collection write(Database database, String name, long seed) {
        Collection collection = database.createCollection(name, SCHEMA);
        Random random = new Random(seed);
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(record(i));
        }
        Collections.shuffle(records, random);
        for (int from = 0; from < RECORDS;) {
            int to = Math.min(RECORDS, from + 1 + random.nextInt(300));
            collection.upsert(records.subList(from, to));
            if (random.nextInt(3) > 0) {
                collection.flush();
            }
            from = to;
        }
        if (seed % 2 == 0) {
            collection.optimize();
        }
        for (int i = 0; i < 40; i++) { // some written again: they stand in memory
            collection.upsert(record(random.nextInt(RECORDS)));
        }
        return collection;
    }

    private static List<String> expected(double x, Filter filter, int k) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            if (filter instanceof Filter.All || i % 2 == 0) {
                all.add(i);
            }
        }
        all.sort(Comparator.comparingDouble((Integer i) -> Math.pow(i % 5 - x, 2) + Math.pow((i % 5) * 2, 2))
                .thenComparing(TiesTest::id));
        return all.stream().limit(k).map(TiesTest::id).toList();
    }

    @Test
    void equalDistancesAreSettledByIdWhateverTheSegments() {
        for (int graphRecords : new int[]{1_000_000, 100}) {
            Options options = Options.defaults().withGraphRecords(graphRecords).withDurability(Durability.osBuffered());
            try (Database database = Kith.open(folder.resolve("g" + graphRecords), options)) {
                for (long seed = 1; seed <= 4; seed++) {
                    Collection collection = write(database, "c" + seed, seed);
                    for (int k : new int[]{1, 7, 100, 179, 180, 181, 250, 400, 899, 900, 1000}) {
                        for (Filter filter : List.of(Filter.all(), Filter.eq("half", "even"))) {
                            Query query = Query.nearest("v", new float[]{0.25f, 0, 1}).k(k).filter(filter);
                            List<String> expected = expected(0.25, filter, k);
                            assertEquals(expected, collection.search(query.effort(Effort.exact())).ids(),
                                    "exact, seed " + seed + ", k " + k + ", " + filter);
                            assertEquals(expected,
                                    collection.search(List.of(query.effort(Effort.exact()), query.effort(Effort.exact()))).get(1)
                                            .ids(),
                                    "batch, seed " + seed + ", k " + k);
                        }
                    }
                }
            }
        }
    }

    @Test
    void equalDistancesInAGraphAreSettledById() {
        Options options = Options.defaults().withGraphRecords(100).withDurability(Durability.osBuffered());
        try (Database database = Kith.open(folder, options)) {
            Collection collection = write(database, "c", 2);
            for (int k : new int[]{1, 10, 50, 179, 180}) {
                assertEquals(expected(0.25, Filter.all(), k),
                        collection.search(Query.nearest("v", new float[]{0.25f, 0, 1}).k(k)).ids(), "k " + k);
            }
        }
    }

    @Test
    void equalBm25ScoresAreSettledById() {
        Options options = Options.defaults().withDurability(Durability.osBuffered());
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.createCollection("c", SCHEMA);
            for (int from = 0; from < RECORDS; from += 300) {
                List<Record> batch = new ArrayList<>();
                for (int i = from; i < from + 300; i++) {
                    batch.add(record(i));
                }
                collection.upsert(batch);
                collection.flush();
            }
            List<Integer> texts = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                if (i % 3 != 2) {
                    texts.add(i);
                }
            }
            texts.sort(Comparator.comparingInt((Integer i) -> i % 3).thenComparing(TiesTest::id)); // the shorter text first
            for (int k : new int[]{1, 10, 299, 300, 301, 500, 600}) {
                assertEquals(texts.stream().limit(k).map(TiesTest::id).toList(),
                        collection.search(Query.text("body", "wind").k(k)).ids(), "k " + k);
            }
        }
    }
}
