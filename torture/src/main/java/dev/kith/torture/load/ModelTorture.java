package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.KithException;
import dev.kith.Options;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.SearchResult;
import dev.kith.VectorField;
import dev.kith.internal.engine.EngineDatabase;
import dev.kith.torture.kit.CutVfs;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.kit.Things;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Random operations on a collection and on a plain map must give the same answers, whatever is flushed, merged, reopened or
/// crashed in between. Databases of four kinds take turns: without graphs (every answer is compared exactly), with tiny graphs
/// (every answer must be of live, matching records), each with small and larger buffers.
public final class ModelTorture implements Torture {
    private static final int OPERATIONS_OF_A_DATABASE = 10_000;

    @Override
    public String about() {
        return "random operations, with reopening and crashing, answer like a plain map";
    }

    @Override
    public long fewTurns() {
        return 4_000;
    }

    @Override
    public void run(Session session) throws Exception {
        Parallel.run(session.threads(), thread -> {
            for (int number = thread; session.goOn(); number += session.threads()) {
                one(session, number);
            }
        });
    }

    private static void one(Session session, int number) {
        One one = new One(session, number);
        try {
            one.run();
        } catch (AssertionError | RuntimeException e) {
            session.violation("seed " + session.seed() + ", database " + number + ", operation " + one.done + ": " + one.last
                    + ": " + e + " at " + Arrays.stream(e.getStackTrace()).limit(8).toList());
        } finally {
            one.database.close();
        }
    }

    private static final class One {
        private final Session session;
        private final Path folder;
        private final Random random;
        private final Things things;
        private final Options options;
        private final boolean exact;
        private final int ids;
        private final Map<String, Record> model = new TreeMap<>();
        private CutVfs disk = new CutVfs();
        private Database database;
        private Collection collection;
        private int done;
        private String last = "";

        One(Session session, int number) {
            this.session = session;
            this.folder = session.folder().resolve("model" + number);
            this.random = new Random(session.seed() * 1_000_003 + number);
            this.things = new Things(random);
            this.exact = number % 4 < 2;
            this.ids = 20 + random.nextInt(400);
            this.options = Options.defaults().withGraphRecords(exact ? 1_000_000 : 30).withRecentBytes(1 << 20)
                    .withLogBytes(1 << 20).withRecentRecords(number % 2 == 0 ? 16 + random.nextInt(50) : 500);
            this.database = open();
            this.collection = database.createCollection("model", Things.SCHEMA);
        }

        private Database open() {
            Durability durability = random.nextInt(10) == 0 ? Durability.sync() : Durability.osBuffered();
            disk = new CutVfs();
            return EngineDatabase.open(disk, folder, options.withDurability(durability));
        }

        void run() {
            while (done < OPERATIONS_OF_A_DATABASE && session.nextTurn() >= 0) {
                done++;
                step();
            }
            reopen();
            checkAll();
            check(collection.verify().ok(), () -> collection.verify().toString());
            session.count("databases", 1);
        }

        private void check(boolean holds, java.util.function.Supplier<String> otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise.get());
            }
        }

        private String id() {
            return "id" + random.nextInt(ids);
        }

        private void step() {
            int dice = random.nextInt(1000);
            if (dice < 350) {
                upsert(dice < 270 ? 1 : random.nextInt(20));
            } else if (dice < 450) {
                delete();
            } else if (dice < 470) {
                deleteByFilter();
            } else if (dice < 720) {
                nearest();
            } else if (dice < 790) {
                text();
            } else if (dice < 880) {
                last = "get";
                String id = id();
                check(Objects.equals(model.get(id), collection.get(id)), () -> id + " is " + collection.get(id));
                check(model.size() == collection.count(), () -> "counts " + collection.count());
            } else if (dice < 978) {
                Things.Asked asked = things.filter(3, List.of(id(), id()));
                last = "count " + asked.filter();
                long matching = matching(asked).size();
                long counted = collection.count(asked.filter());
                check(matching == counted, () -> matching + " match, counted " + counted);
            } else {
                upkeep(dice);
            }
        }

        private void upkeep(int dice) {
            if (dice < 985) {
                last = "scan";
                checkAll();
            } else if (dice < 990) {
                last = "flush";
                collection.flush();
                session.count("flushes", 1);
            } else if (dice < 994) {
                last = "reopen";
                reopen();
            } else if (dice < 998) {
                last = "crash";
                crash();
            } else {
                last = "optimize";
                collection.optimize();
                session.count("optimizations", 1);
            }
        }

        private void reopen() {
            database.close();
            database = open();
            collection = database.collection("model");
            session.count("reopenings", 1);
        }

        /// Ends the database as a kill would: nothing more reaches the files, the closing neither.
        private void crash() {
            disk.cut();
            try {
                database.close();
            } catch (KithException e) {
                // it could not write, as it should be
            }
            database = open();
            collection = database.collection("model");
            CollectionStats stats = collection.stats();
            session.count("crashes", 1);
            session.count("operations recovered", stats.recovery().operations());
            checkAll();
        }

        private void upsert(int count) {
            last = "upsert " + count;
            List<Record> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(things.record(id()));
            }
            collection.upsert(batch);
            batch.forEach(r -> model.put(r.id(), r));
        }

        private void delete() {
            List<String> gone = List.of(id(), id(), "nobody");
            last = "delete " + gone;
            long existed = gone.stream().filter(id -> model.remove(id) != null).count();
            long deleted = collection.delete(gone);
            check(existed == deleted, () -> "deleted " + deleted + " instead of " + existed);
        }

        private void deleteByFilter() {
            Set<String> some = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                some.add(id());
            }
            Things.Asked asked = things.filter(2, List.of(id()));
            last = "delete " + asked.filter();
            List<Record> gone = matching(asked).stream().filter(r -> some.contains(r.id())).toList();
            gone.forEach(r -> model.remove(r.id()));
            long deleted = collection.delete(asked.filter().and(Filter.ids(some)));
            check(gone.size() == deleted, () -> "deleted " + deleted + " instead of " + gone.size());
        }

        private List<Record> matching(Things.Asked asked) {
            return model.values().stream().filter(asked.meaning()).toList();
        }

        private void nearest() {
            VectorField field = (VectorField) Objects
                    .requireNonNull(Things.SCHEMA.field(List.of("v", "w", "b", "h", "g").get(random.nextInt(5))));
            float[] query = things.floats(field.dimension());
            Things.Asked asked = random.nextBoolean()
                    ? new Things.Asked(Filter.all(), _ -> true)
                    : things.filter(3, List.of(id()));
            int k = 1 + random.nextInt(random.nextInt(10) == 0 ? 2 * ids : 20);
            last = "nearest " + field.name() + " k " + k + " " + asked.filter();
            Map<String, Float> scores = new HashMap<>();
            for (Record record : matching(asked)) {
                float[] vector = record.vector(field.name());
                if (vector != null) {
                    scores.put(record.id(), score(field, query, vector));
                }
            }
            List<Float> best = scores.values().stream().sorted((a, b) -> Float.compare(b, a)).toList();
            Query wanted = Query.nearest(field.name(), query).k(k).filter(asked.filter());
            SearchResult result = collection.search(exact ? wanted : wanted.effort(Effort.efSearch(2 * ids)));
            check(result.hits().size() == Math.min(k, best.size()), () -> result.hits().size() + " hits of " + best.size());
            check(new HashSet<>(result.ids()).size() == result.hits().size(), () -> "an id twice: " + result.ids());
            for (int i = 0; i < result.hits().size(); i++) {
                Hit hit = result.hits().get(i);
                Float own = scores.get(hit.id());
                check(own != null && near(own, hit.score()), () -> hit + " should score " + own);
                float place = best.get(i);
                check(!exact || near(place, hit.score()), () -> hit + " stands where the score is " + place);
            }
        }

        private static boolean near(float a, float b) {
            return Math.abs(a - b) <= 1e-5f * Math.max(1, Math.abs(a));
        }

        private static float score(VectorField field, float[] a, float[] b) {
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
            return field.metric().score((float) switch (field.metric()) {
                case SQUARED_L2 -> squares;
                case INNER_PRODUCT -> -dot;
                case COSINE -> 1 - dot / Math.sqrt(aa * bb);
            });
        }

        private void text() {
            String words = things.words();
            Things.Asked asked = random.nextBoolean()
                    ? new Things.Asked(Filter.all(), _ -> true)
                    : things.filter(2, List.of(id()));
            last = "text '" + words + "' " + asked.filter();
            Set<String> wanted = new HashSet<>(List.of(words.split(" ")));
            Set<String> expected = new HashSet<>();
            for (Record record : matching(asked)) {
                if (record.field("t") instanceof String text
                        && Stream.of(text.split(" ")).anyMatch(w -> !w.isEmpty() && wanted.contains(w))) {
                    expected.add(record.id());
                }
            }
            SearchResult result = collection.search(Query.text("t", words).k(2 * ids).filter(asked.filter()));
            check(expected.equals(new HashSet<>(result.ids())), () -> "found " + result.ids() + " instead of " + expected);
        }

        private void checkAll() {
            Map<String, Record> found = new TreeMap<>();
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                all.forEach(r -> check(found.put(r.id(), r) == null, () -> r.id() + " twice"));
            }
            check(model.equals(found), () -> "holds " + found + " instead of " + model);
        }
    }
}
