package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.kith.internal.RandomRecords;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterBinder;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.model.RecordCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random operations on a collection and on a plain map must give the same answers.
/// `-Dkith.model.operations=1000000` runs more; `-Dkith.seed=N` repeats a run.
class ModelTest {
    private static final int IDS = 300;

    @Test
    void aCollectionAnswersLikeAPlainMap(@TempDir Path folder) {
        // Never a graph: every answer can be compared exactly.
        run(folder, Options.defaults().withGraphRecords(1_000_000), Integer.getInteger("kith.model.operations", 20_000), true);
    }

    @Test
    void withGraphsEveryAnswerIsStillOfLiveMatchingRecords(@TempDir Path folder) {
        run(folder, Options.defaults().withGraphRecords(40), Integer.getInteger("kith.model.operations", 20_000) / 4, false);
    }

    private static void run(Path folder, Options options, int operations, boolean exact) {
        long seed = Long.getLong("kith.seed", System.nanoTime());
        Run run = new Run(folder, options.withRecentRecords(100).withRecentBytes(1 << 20).withLogBytes(1 << 20), seed, exact);
        try {
            run.open();
            for (int i = 0; i < operations; i++) {
                run.step();
            }
            run.checkAll();
            run.reopen();
            run.checkAll();
            assertTrue(run.collection.verify().ok(), () -> run.collection.verify().toString());
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", operation " + run.done + ": " + run.last, e);
        } finally {
            run.database.close();
        }
    }

    private static final class Run {
        final Path folder;
        final Options options;
        final Random random;
        final RandomRecords records;
        final boolean exact;
        final Map<String, Record> model = new TreeMap<>();
        Database database;
        Collection collection;
        final Map<String, Boolean> wrong = new HashMap<>();
        int done;
        String last = "";

        Run(Path folder, Options options, long seed, boolean exact) {
            this.folder = folder;
            this.options = options;
            this.random = new Random(seed);
            this.records = new RandomRecords(random);
            this.exact = exact;
        }

        void open() {
            Durability durability = switch (random.nextInt(8)) {
                case 0 -> Durability.sync();
                case 1 -> Durability.group(1);
                default -> Durability.osBuffered();
            };
            database = Kith.open(folder, options.withDurability(durability));
            collection = database.collections().isEmpty()
                    ? database.createCollection("model", RandomRecords.SCHEMA)
                    : database.collection("model");
        }

        void reopen() {
            database.close();
            open();
        }

        String id() {
            return "id" + random.nextInt(IDS);
        }

        void step() {
            done++;
            int dice = random.nextInt(1000);
            if (dice < 250) {
                upsert(1);
            } else if (dice < 290) {
                upsert(random.nextInt(20));
            } else if (dice < 350) {
                change();
            } else if (dice < 450) {
                delete();
            } else if (dice < 470) {
                deleteByFilter();
            } else if (dice < 700) {
                nearest();
            } else if (dice < 780) {
                text();
            } else if (dice < 880) {
                last = "get";
                String id = id();
                assertEquals(model.get(id), collection.get(id));
                assertEquals(model.size(), collection.count());
            } else if (dice < 980) {
                Filter filter = records.filter(3, List.of(id()));
                last = "count " + filter;
                assertEquals(matching(filter).size(), collection.count(filter));
            } else if (dice < 985) {
                last = "scan";
                checkAll();
            } else if (dice < 988) {
                last = "flush";
                collection.flush();
            } else if (dice < 990) {
                last = "reopen";
                reopen();
            } else if (dice < 991) {
                last = "optimize";
                collection.optimize();
            } else {
                last = "get many";
                List<String> ids = Stream.generate(this::id).limit(20).toList();
                assertEquals(ids.stream().map(model::get).filter(r -> r != null).toList(), collection.get(ids));
            }
        }

        private void upsert(int count) {
            last = "upsert " + count;
            List<Record> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(records.record(id()));
            }
            if (count > 5 && random.nextBoolean()) { // one that has ended before it is seen hides what was there
                String id = id();
                batch.add(records.record(id).toBuilder().expiresAt(java.time.Instant.EPOCH).build());
                collection.upsert(batch);
                batch.forEach(r -> model.put(r.id(), RecordCheck.fit(RandomRecords.SCHEMA, r)));
                model.remove(id);
                return;
            }
            collection.upsert(batch);
            batch.forEach(r -> model.put(r.id(), RecordCheck.fit(RandomRecords.SCHEMA, r)));
        }

        /// Updates, insertions and writes in a version, in one batch that is taken or refused as a whole.
        private void change() {
            Map<String, Write> changes = new HashMap<>();
            Map<String, Record> after = new HashMap<>();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                String id = id();
                Record before = model.get(id);
                Record record = records.record(id);
                Record there = collection.get(id);
                long version = there == null ? 0 : there.version();
                boolean right = random.nextInt(8) > 0;
                switch (random.nextInt(4)) {
                    case 0 -> {
                        changes.put(id, Write.insert(record));
                        after.put(id, record);
                        right = before == null;
                    }
                    case 1 -> {
                        changes.put(id, Write.upsert(record).ifVersion(right ? version : version + 1));
                        after.put(id, record);
                    }
                    case 2 -> {
                        changes.put(id, Write.delete(id).ifVersion(right ? version : version + 1));
                        after.remove(id);
                    }
                    default -> {
                        Update update = update(id, record);
                        changes.put(id, Write.update(update));
                        right = before != null;
                        if (before != null) {
                            after.put(id, update.applyTo(before));
                        }
                    }
                }
                wrong.put(id, !right);
            }
            boolean taken = changes.keySet().stream().noneMatch(wrong::get);
            last = "change " + changes;
            if (!taken) {
                assertThrows(ConflictException.class, () -> collection.write(List.copyOf(changes.values())));
                return;
            }
            collection.write(List.copyOf(changes.values()));
            changes.keySet().forEach(id -> {
                Record record = after.get(id);
                if (record == null) {
                    model.remove(id);
                } else {
                    model.put(id, RecordCheck.fit(RandomRecords.SCHEMA, record));
                }
            });
        }

        private Update update(String id, Record from) {
            Update update = Update.of(id).vector("v", records.floats(8));
            for (String name : from.fields().keySet()) {
                update = random.nextBoolean() ? update.set(name, from.field(name)) : update.remove(name);
            }
            return from.payload() == null ? update.removePayload() : update.payload(from.payload());
        }

        private void delete() {
            String[] ids = {id(), id(), "nobody"};
            last = "delete " + Arrays.toString(ids);
            int existed = 0;
            for (String id : ids) {
                existed += model.remove(id) == null ? 0 : 1;
            }
            assertEquals(existed, collection.delete(ids));
        }

        private void deleteByFilter() {
            Filter filter = records.filter(2, List.of(id())).and(Filter.ids(id(), id(), id(), id(), id(), id()));
            last = "delete " + filter;
            List<Record> gone = matching(filter);
            gone.forEach(r -> model.remove(r.id()));
            assertEquals(gone.size(), collection.delete(filter));
        }

        private List<Record> matching(Filter filter) {
            BoundFilter bound = FilterBinder.bind(RandomRecords.SCHEMA, filter, RandomRecords.WORDS_OF);
            return model.values().stream().filter(r -> FilterEvaluator.matches(bound, r)).toList();
        }

        private void nearest() {
            String name = List.of("v", "w", "b", "h", "g").get(random.nextInt(5));
            VectorField field = (VectorField) RandomRecords.SCHEMA.field(name);
            float[] query = records.floats(field.dimension());
            Filter filter = random.nextBoolean() ? Filter.all() : records.filter(3, List.of(id()));
            int k = 1 + random.nextInt(random.nextInt(10) == 0 ? 2 * IDS : 20);
            last = "nearest " + name + " k " + k + " " + filter;
            List<Double> distances = new ArrayList<>();
            Map<String, Double> byId = new HashMap<>();
            for (Record record : matching(filter)) {
                float[] vector = record.vector(name);
                if (vector != null) {
                    byId.put(record.id(), distance(field, query, vector));
                    distances.add(byId.get(record.id()));
                }
            }
            distances.sort(null);
            Query asked = Query.nearest(name, query).k(k).filter(filter);
            SearchResult result = collection.search(exact ? asked : asked.effort(Effort.efSearch(2 * IDS)));
            assertEquals(Math.min(k, distances.size()), result.hits().size());
            assertEquals(result.hits().size(), new HashSet<>(result.ids()).size(), "an id twice");
            for (int i = 0; i < result.hits().size(); i++) {
                Hit hit = result.hits().get(i);
                Double own = byId.get(hit.id());
                if (own == null) {
                    fail("answered " + hit + ", which does not match or is deleted");
                }
                assertEquals(field.metric().score(own.floatValue()), hit.score(), 1e-5);
                if (exact) {
                    assertEquals(field.metric().score(distances.get(i).floatValue()), hit.score(), 1e-5);
                }
            }
        }

        private static double distance(VectorField field, float[] a, float[] b) {
            double dot = 0;
            double squares = 0;
            double aa = 0;
            double bb = 0;
            for (int i = 0; i < a.length; i++) {
                dot += (double) a[i] * b[i];
                squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
                aa += (double) a[i] * a[i];
                bb += (double) b[i] * b[i];
            }
            return switch (field.metric()) {
                case SQUARED_L2 -> squares;
                case INNER_PRODUCT -> -dot;
                case COSINE -> 1 - dot / Math.sqrt(aa * bb);
            };
        }

        private void text() {
            String words = records.text().replace("日本語", "");
            Filter filter = random.nextBoolean() ? Filter.all() : records.filter(2, List.of(id()));
            last = "text '" + words + "' " + filter;
            Set<String> wanted = new HashSet<>(List.of(words.toLowerCase(Locale.ROOT).trim().split("\\s+")));
            Set<String> expected = new HashSet<>();
            for (Record record : matching(filter)) {
                if (record.field("text") instanceof String text
                        && Stream.of(text.split("\\s+")).anyMatch(w -> !w.isEmpty() && wanted.contains(w))) {
                    expected.add(record.id());
                }
            }
            SearchResult result = collection.search(Query.text("text", words).k(2 * IDS).filter(filter));
            assertEquals(expected, new HashSet<>(result.ids()));
            for (int i = 1; i < result.hits().size(); i++) {
                assertTrue(result.hits().get(i - 1).score() >= result.hits().get(i).score());
            }
        }

        void checkAll() {
            Map<String, Record> found = new TreeMap<>();
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                all.forEach(r -> assertEquals(null, found.put(r.id(), r), "twice"));
            }
            assertEquals(model, found);
        }
    }
}
