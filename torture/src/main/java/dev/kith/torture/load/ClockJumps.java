package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.KithException;
import dev.kith.Options;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.internal.engine.EngineDatabase;
import dev.kith.torture.kit.CutVfs;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Records that end, under a clock that is set forwards and backwards, also while the database is closed or has crashed, and
/// sometimes to centuries that 64 bits of nanoseconds do not hold. What a read has once seen the end of must not be seen again,
/// however the clock is set back; only a crash may bring such a record back, as it was and until its end, if it ended after the
/// last commit. A turn is one operation.
public final class ClockJumps implements Torture {
    private static final int OPERATIONS_OF_A_DATABASE = 2_000;
    private static final int IDS = 60;
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).instant("seen").text("t")
            .expireAfter("seen", Duration.ofHours(1)).build();
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public String about() {
        return "a clock that jumps forwards and backwards, also across restarts: what has ended stays away, nothing else goes";
    }

    @Override
    public long fewTurns() {
        return 3_000;
    }

    @Override
    public void run(Session session) throws Exception {
        Parallel.run(session.threads(), thread -> {
            for (int number = thread; session.goOn(); number += session.threads()) {
                One one = new One(session, number);
                try {
                    one.run();
                } catch (AssertionError | RuntimeException e) {
                    session.violation("seed " + session.seed() + ", database " + number + ", operation " + one.done + ", "
                            + one.last + ", clock " + one.now + ": " + e + " at "
                            + Arrays.stream(e.getStackTrace()).limit(8).toList());
                } finally {
                    one.database.close();
                }
            }
        });
    }

    private static final class One {
        private final Session session;
        private final Path folder;
        private final Random random;
        private final Map<String, Record> model = new TreeMap<>();
        /// Ended and seen to have ended since the last commit known of: a crash may bring them back.
        private final Map<String, Record> ended = new TreeMap<>();
        private final Options options;
        private volatile Instant now = BEGIN;
        private CutVfs disk = new CutVfs();
        private Database database;
        private Collection collection;
        private int done;
        private String last = "";

        One(Session session, int number) {
            this.session = session;
            this.folder = session.folder().resolve("clock" + number);
            this.random = new Random(session.seed() * 1_000_003 + number);
            this.options = Options.defaults().withDurability(Durability.osBuffered()).withGraphRecords(30)
                    .withRecentRecords(16 + random.nextInt(200));
            this.database = open();
            this.collection = database.createCollection("c", SCHEMA);
        }

        private Database open() {
            disk = new CutVfs();
            InstantSource clock = () -> now;
            return EngineDatabase.open(disk, folder, options, clock);
        }

        void run() {
            while (done < OPERATIONS_OF_A_DATABASE && session.nextTurn() >= 0) {
                done++;
                step();
                see();
            }
            check(collection.verify().ok(), () -> collection.verify().toString());
            session.count("databases", 1);
        }

        private static void check(boolean holds, java.util.function.Supplier<String> otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise.get());
            }
        }

        private void step() {
            int dice = random.nextInt(1000);
            if (dice < 450) {
                last = "upsert";
                Record record = record("id" + random.nextInt(IDS));
                collection.upsert(record);
                model.put(record.id(), record);
                ended.remove(record.id());
            } else if (dice < 550) {
                String id = "id" + random.nextInt(IDS);
                last = "delete " + id;
                boolean was = model.remove(id) != null;
                long deleted = collection.delete(id);
                check(deleted == (was ? 1 : 0), () -> "deleted " + deleted);
                ended.remove(id);
            } else if (dice < 850) {
                jump();
            } else if (dice < 900) {
                last = "look at everything";
                everything();
            } else if (dice < 940) {
                last = "flush";
                collection.flush();
                ended.clear();
            } else if (dice < 950) {
                last = "optimize";
                collection.optimize();
            } else if (dice < 975) {
                last = "reopen";
                database.close();
                again();
                ended.clear();
                session.count("reopenings", 1);
            } else {
                last = "crash";
                crash();
            }
        }

        /// Sets the clock and looks, so that the end of everything before that instant has been seen.
        private void jump() {
            set();
            last = "jump to " + now;
        }

        private void set() {
            int dice = random.nextInt(100);
            long millis = switch (random.nextInt(3)) {
                case 0 -> random.nextInt(1_000);
                case 1 -> random.nextInt(3_600_000);
                default -> random.nextInt(1_000_000_000);
            };
            if (dice < 2) { // a clock without a battery, or a broken one
                now = Stream.of(Instant.EPOCH, Instant.parse("1600-01-01T00:00:00Z"), Instant.parse("2300-01-01T00:00:00Z"))
                        .skip(random.nextInt(3)).findFirst().orElseThrow();
            } else if (dice < 15) {
                now = BEGIN.plusMillis(millis);
            } else {
                now = dice < 60 ? now.plusMillis(millis) : now.minusMillis(millis);
            }
            session.count("jumps", 1);
        }

        private void again() {
            if (random.nextBoolean()) {
                set();
            }
            database = open();
            collection = database.collection("c");
        }

        private void crash() {
            disk.cut();
            try {
                database.close();
            } catch (KithException e) {
                // it could not write, as it should be
            }
            again();
            session.count("crashes", 1);
            for (Record back : Set.copyOf(ended.values())) {
                Record found = collection.get(back.id());
                if (over(back)) {
                    check(found == null, () -> back.id() + " is seen after its end");
                    continue; // it may have been brought back and ended anew, and the next crash may do the same
                }
                ended.remove(back.id());
                if (found != null) {
                    check(found.equals(back), () -> found + " is not what ended, " + back);
                    model.put(back.id(), found);
                    session.count("records a crash brought back, as it may", 1);
                }
            }
        }

        private Record record(String id) {
            Record.Builder record = Record.builder(id).vector("v", new float[]{random.nextInt(9), random.nextInt(9)}).field("t",
                    "all");
            if (random.nextBoolean()) {
                record.expiresAt(near());
            }
            if (random.nextBoolean()) {
                record.field("seen", near());
            }
            return record.build();
        }

        /// An instant around the clock's, or around the beginning if the clock is far out.
        private Instant near() {
            Instant around = Duration.between(BEGIN, now).abs().toDays() > 3_000 ? BEGIN : now;
            return around.plusMillis(random.nextInt(14_400_000) - 7_200_000);
        }

        private static @Nullable Instant end(Record record) {
            Instant own = record.expiresAt();
            Instant other = record.field("seen") instanceof Instant seen ? seen.plus(Duration.ofHours(1)) : null;
            return own == null ? other : other == null || own.isBefore(other) ? own : other;
        }

        private boolean over(Record record) {
            Instant end = end(record);
            return end != null && !end.isAfter(now);
        }

        /// One read, and what it has seen the end of.
        private void see() {
            for (Record record : Set.copyOf(model.values())) {
                if (over(record)) {
                    model.remove(record.id());
                    ended.put(record.id(), record);
                    session.count("records ended", 1);
                }
            }
            long count = collection.count();
            check(count == model.size(), () -> "counts " + count + " instead of " + model.size());
            String id = "id" + random.nextInt(IDS);
            check(Objects.equals(model.get(id), collection.get(id)), () -> id + " is " + collection.get(id));
        }

        private void everything() {
            see();
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                Map<String, Record> found = new TreeMap<>(all.collect(Collectors.toMap(Record::id, r -> r)));
                check(found.equals(model), () -> "holds " + found + " instead of " + model);
            }
            Query nearest = Query.nearest("v", new float[]{1, 2}).k(IDS).effort(Effort.exact());
            for (Query query : new Query[]{nearest, Query.text("t", "all").k(IDS)}) {
                Set<String> ids = new HashSet<>(collection.search(query).ids());
                check(ids.equals(model.keySet()), () -> query + " found " + new TreeSet<>(ids) + " instead of " + model.keySet());
            }
        }
    }
}
