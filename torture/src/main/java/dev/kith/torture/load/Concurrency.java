package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.SearchResult;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Threads write, delete, read and search the same few records while others flush and merge, and each notes what it asked,
/// when, and what it heard. Afterwards the whole history must fit one order, the sequence numbers that the writes were given:
///
/// - a write that ended before another began has the smaller number;
/// - a search that says it saw everything up to a number answers exactly what the writes up to that number leave, all records
///   together, and that number is not below any write acknowledged before it began;
/// - a read of one record gives what some moment between its begin and its end left there.
///
/// A turn is one history on a new database.
public final class Concurrency implements Torture {
    private static final int THREADS = 6;
    private static final int OPERATIONS = 120;
    private static final int IDS = 6;

    @Override
    public String about() {
        return "histories of many threads fit the order of the sequence numbers; no deadlock";
    }

    @Override
    public long fewTurns() {
        return 3;
    }

    /// A change: which ids got which version, 0 for deleted.
    private record Change(long sequence, Map<String, Long> versions, long begin, long end) {}

    /// A search of all records, or of one.
    private record Seen(long sequence, Map<String, Long> versions, long begin, long end) {}

    @Override
    public void run(Session session) throws Exception {
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            Path folder = session.folder().resolve("history");
            Folders.delete(folder);
            new History(session, new Random(session.seed() * 1_000_003 + turn)).run(folder);
            session.count("histories", 1);
            long[] locked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
            if (locked != null) {
                session.violation(locked.length + " threads wait for each other");
            }
        }
    }

    private static final class History {
        private final Session session;
        private final Random random;
        private final AtomicLong clock = new AtomicLong();
        private final AtomicLong versions = new AtomicLong();
        private final AtomicInteger running = new AtomicInteger(THREADS);
        private final List<Change> changes = Collections.synchronizedList(new ArrayList<>());
        private final List<Seen> searches = Collections.synchronizedList(new ArrayList<>());
        private final List<Seen> reads = Collections.synchronizedList(new ArrayList<>());

        History(Session session, Random random) {
            this.session = session;
            this.random = random;
        }

        void run(Path folder) throws Exception {
            long seed = random.nextLong();
            Durability durability = random.nextBoolean() ? Durability.osBuffered() : Durability.group(1);
            Options options = Options.defaults().withDurability(durability).withRecentRecords(16).withGraphRecords(4);
            try (Database database = Kith.open(folder, options)) {
                Collection collection = database.createCollection(Workload.MAIN, Workload.SCHEMA);
                Parallel.run(THREADS + 1, thread -> {
                    Random own = new Random(seed + thread);
                    if (thread == THREADS) {
                        upkeep(collection, own);
                    } else {
                        try {
                            for (int i = 0; i < OPERATIONS; i++) {
                                step(collection, own);
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    }
                });
            }
            judge();
        }

        private void upkeep(Collection collection, Random own) throws InterruptedException {
            while (running.get() > 0) {
                if (own.nextBoolean()) {
                    collection.flush();
                } else {
                    collection.optimize();
                }
                session.count("flushes and merges", 1);
                Thread.sleep(own.nextInt(20));
            }
        }

        private void step(Collection collection, Random own) {
            int dice = own.nextInt(10);
            if (dice < 4) {
                Map<String, Long> batch = new HashMap<>();
                List<Record> records = new ArrayList<>();
                for (int n = 1 + own.nextInt(3); n > 0; n--) {
                    String id = "id" + own.nextInt(IDS);
                    if (!batch.containsKey(id)) {
                        batch.put(id, versions.incrementAndGet());
                        records.add(record(id, batch.get(id)));
                    }
                }
                long begin = clock.incrementAndGet();
                long sequence = collection.upsert(records);
                changes.add(new Change(sequence, batch, begin, clock.incrementAndGet()));
            } else if (dice < 5) {
                String id = "id" + own.nextInt(IDS);
                long begin = clock.incrementAndGet();
                long sequence = collection.write(List.of(), List.of(id));
                changes.add(new Change(sequence, Map.of(id, 0L), begin, clock.incrementAndGet()));
            } else if (dice < 8) {
                search(collection);
            } else {
                String id = "id" + own.nextInt(IDS);
                long begin = clock.incrementAndGet();
                Record record = collection.get(id);
                reads.add(new Seen(-1, Map.of(id, record == null ? 0 : (long) (Integer) record.fields().getOrDefault("n", -1)),
                        begin,
                        clock.incrementAndGet()));
            }
        }

        private static Record record(String id, long version) {
            return Record.builder(id).vector("v", new float[]{1, 2, 3, 4, 5, 6, 7, version}).field("n", (int) version).build();
        }

        private void search(Collection collection) {
            Query query = Query.nearest("v", new float[]{1, 2, 3, 4, 5, 6, 7, 0}).k(IDS).filter(Filter.ge("n", 0)).fields("n")
                    .effort(Effort.exact());
            long begin = clock.incrementAndGet();
            SearchResult result = collection.search(query);
            long end = clock.incrementAndGet();
            Map<String, Long> found = new TreeMap<>();
            for (Hit hit : result) {
                found.put(hit.id(), (long) (Integer) hit.fields().getOrDefault("n", -1));
            }
            searches.add(new Seen(result.stats().sequence(), found, begin, end));
        }

        private void judge() {
            session.count("writes", changes.size());
            session.count("searches", searches.size());
            session.count("reads", reads.size());
            List<Change> numbered = new ArrayList<>(changes);
            numbered.sort((a, b) -> Long.compare(a.sequence, b.sequence));
            long latestBegin = 0;
            for (int i = 1; i < numbered.size(); i++) {
                latestBegin = Math.max(latestBegin, numbered.get(i - 1).begin);
                if (numbered.get(i).sequence == numbered.get(i - 1).sequence || numbered.get(i).end < latestBegin) {
                    session.violation(
                            "the numbers of writes do not follow time: " + numbered.get(i) + " stands after one begun at "
                                    + latestBegin);
                }
            }
            for (Seen seen : searches) {
                judgeSearch(seen, numbered);
            }
            for (Seen read : reads) {
                read.versions.forEach((id, version) -> judgeRead(id, version, read));
            }
        }

        /// Exactly what the writes up to the search's number leave.
        private void judgeSearch(Seen seen, List<Change> numbered) {
            Map<String, Change> last = new TreeMap<>();
            for (Change change : numbered) {
                if (change.sequence <= seen.sequence) {
                    change.versions.keySet().forEach(id -> last.put(id, change));
                } else if (change.end < seen.begin) {
                    session.violation(
                            "a search saw writes up to " + seen.sequence + " only, though " + change + " had ended before it: "
                                    + seen);
                }
            }
            for (int i = 0; i < IDS; i++) {
                String id = "id" + i;
                Change written = last.get(id);
                long expected = written == null ? 0 : written.versions.getOrDefault(id, 0L);
                long found = seen.versions.getOrDefault(id, 0L);
                if (found != expected) {
                    session.violation("a search up to " + seen.sequence + " found version " + found + " of " + id + " instead of "
                            + expected + ": " + seen);
                }
                judgeRead(id, found, seen);
            }
        }

        /// A version may be read if its write began before the read ended, and nothing certainly replaced it before the read began.
        private void judgeRead(String id, long version, Seen read) {
            boolean possible = version == 0 && nothingBetween(id, 0, read.begin);
            for (Change change : changes) {
                Long written = change.versions.get(id);
                if (written != null && written == version && change.begin < read.end
                        && nothingBetween(id, change.end, read.begin)) {
                    possible = true;
                    break;
                }
            }
            if (!possible) {
                session.violation("version " + version + " of " + id + " cannot have been there: " + read);
            }
        }

        private boolean nothingBetween(String id, long after, long before) {
            return changes.stream().noneMatch(c -> c.versions.containsKey(id) && c.begin > after && c.end < before);
        }
    }
}
