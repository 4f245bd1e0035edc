package dev.kith.bench.trial;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Explanation;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.SearchResult;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Searches while records come in at a steady rate: how much slower they are than when it is quiet, whether each acknowledged record
/// is visible to the next search, and how long the collection takes to settle afterwards.
public final class IngestTrial {
    private static final long SEED = 17;
    private static final long SETTLED_NANOS = 3_000_000_000L;
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    private final VectorSet set;
    private final Work work;
    private final PrintWriter out;
    private final float[][] queries;

    /// What is done.
    ///
    /// @param perSecond records a second
    /// @param batch records of one write
    /// @param seconds that it goes on
    /// @param quietSeconds of searching before
    /// @param warmSeconds of writing and searching before that, in another collection
    /// @param ef candidates of a search
    /// @param prepared where the loaded database is kept from one trial to the next, or null
    public record Work(int perSecond, int batch, int seconds, int quietSeconds, int warmSeconds, int ef,
            @Nullable Path prepared) {
        /// Checks the ranges.
        public Work {
            if (perSecond < 1 || batch < 1 || seconds < 1 || quietSeconds < 1 || warmSeconds < 1 || ef < 1) {
                throw new IllegalArgumentException("rate, batch, seconds and ef must be at least 1");
            }
        }
    }

    /// @param set whose rows are there before
    public IngestTrial(VectorSet set, Work work, PrintWriter out) throws IOException {
        this.set = set;
        this.work = work;
        this.out = out;
        this.queries = set.queries();
    }

    /// Runs it in an empty folder.
    public void run(Path folder, Options options) throws IOException, InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            Path prepared = work.prepared();
            if (prepared == null) {
                load(folder, options, vectors);
            } else {
                if (!Files.exists(prepared)) {
                    load(prepared, options, vectors);
                }
                copy(prepared, folder);
            }
            run(folder, options, vectors);
        }
    }

    /// Writes and searches in a collection of its own, so that what is measured is compiled.
    private void warmUp(Database database, DenseVectors vectors) {
        Collection other = Rows.collection(database, "warm-up", set);
        Searcher searcher = searching(other, 0);
        write(other, vectors, work.warmSeconds());
        searcher.finish();
        database.dropCollection("warm-up");
    }

    private void load(Path folder, Options options, DenseVectors vectors) {
        try (Database database = Kith.open(folder, options)) {
            Collection collection = Rows.collection(database, set);
            Rows.load(collection, vectors, 500);
            collection.optimize();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private void run(Path folder, Options options, DenseVectors vectors) throws InterruptedException {
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.collection(Rows.COLLECTION);
            warmUp(database, vectors);
            searching(collection, work.quietSeconds()).finish();
            Times quiet = searching(collection, work.quietSeconds()).finish();
            say("quiet", quiet);
            Searcher searcher = searching(collection, 0);
            Written written = write(collection, vectors, work.seconds());
            Times busy = searcher.finish();
            say("while " + written.perSecond + " records a second come in", busy);
            print("p99 while writing / quiet: %.2f; of the processor: %.2f",
                    busy.passed().micros(0.99) / quiet.passed().micros(0.99),
                    busy.processor().micros(0.99) / quiet.processor().micros(0.99));
            print("acknowledged %,d records in %.1f s; %,d missing from the search after their acknowledgement; a batch took %.1f ms"
                    + " (p50), %.1f ms (p99)", written.records, written.seconds, written.missing,
                    written.latencies.micros(0.5) / 1e3, written.latencies.micros(0.99) / 1e3);
            int segments = collection.stats().segments();
            print("settled from %d segments into %s s", segments, settle(collection));
            say("settled", searching(collection, work.quietSeconds()).finish());
            if (written.missing > 0) {
                throw new IllegalStateException(written.missing + " acknowledged records were not visible");
            }
        }
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    private void say(String when, Times times) {
        Latencies latencies = times.passed();
        print("%s: %,d searches, p50 %.0f us, p90 %.0f us, p99 %.0f us, p99.9 %.0f us; of the processor p50 %.0f us, p99 %.0f us",
                when,
                latencies.count(), latencies.micros(0.5), latencies.micros(0.9), latencies.micros(0.99), latencies.micros(0.999),
                times.processor().micros(0.5), times.processor().micros(0.99));
    }

    /// How long searches took.
    ///
    /// @param passed by the clock
    /// @param processor what the searching thread had of a processor: what is left when others take processors away
    private record Times(Latencies passed, Latencies processor) {
        Times() {
            this(new Latencies(), new Latencies());
        }
    }

    private record Written(long records, double seconds, long missing, Latencies latencies, int perSecond) {}

    /// Writes at the rate asked, as far as acknowledgements allow, and looks for every record of a batch once it is acknowledged.
    private Written write(Collection collection, DenseVectors vectors, int seconds) {
        SplittableRandom random = new SplittableRandom(SEED);
        Latencies latencies = new Latencies();
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        long records = 0;
        long missing = 0;
        while (System.nanoTime() < end) {
            List<Record> batch = new ArrayList<>(work.batch());
            for (int i = 0; i < work.batch(); i++, records++) {
                int row = random.nextInt(vectors.count());
                batch.add(Rows.record("new" + records, Rows.near(vectors, row, random), row));
            }
            long before = System.nanoTime();
            collection.upsert(batch);
            latencies.add(System.nanoTime() - before);
            missing += missing(collection, batch);
            long due = start + records * 1_000_000_000L / work.perSecond();
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        double passed = (System.nanoTime() - start) / 1e9;
        return new Written(records, passed, missing, latencies, (int) Math.round(records / passed));
    }

    private static long missing(Collection collection, List<Record> batch) {
        String[] ids = batch.stream().map(Record::id).toArray(String[]::new);
        float[] query = Objects.requireNonNull(batch.getFirst().vector(Rows.FIELD));
        SearchResult found = collection.search(Query.nearest(Rows.FIELD, query).k(ids.length).filter(Filter.ids(ids)));
        return ids.length - found.hits().size();
    }

    /// A thread that searches without a pause.
    private final class Searcher {
        private final Times times = new Times();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile boolean stopped;
        private final Thread thread;

        Searcher(Collection collection, long seconds) {
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            thread = Thread.ofPlatform().start(() -> {
                try {
                    for (int q = 0; !stopped && (seconds == 0 || System.nanoTime() < end); q = (q + 1) % queries.length) {
                        long start = System.nanoTime();
                        long had = threads.getCurrentThreadCpuTime();
                        collection.search(Query.nearest(Rows.FIELD, queries[q]).k(10).efSearch(work.ef()));
                        times.processor().add(threads.getCurrentThreadCpuTime() - had);
                        times.passed().add(System.nanoTime() - start);
                    }
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
            });
            if (seconds > 0) {
                joined();
            }
        }

        private void joined() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while searching", e);
            }
        }

        Times finish() {
            stopped = true;
            joined();
            Throwable met = failure.get();
            if (met != null) {
                throw new IllegalStateException("a search failed", met);
            }
            return times;
        }
    }

    private Searcher searching(Collection collection, long seconds) {
        return new Searcher(collection, seconds);
    }

    /// Waits until no segment that is large enough for a graph lacks one and nothing has changed for a while.
    private String settle(Collection collection) throws InterruptedException {
        long start = System.nanoTime();
        long since = start;
        String before = "";
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            Explanation explanation = collection.explain(Query.nearest(Rows.FIELD, queries[0]).k(10).efSearch(work.ef()));
            List<Explanation.PartPlan> parts = explanation.clauses().getFirst().parts();
            StringBuilder now = new StringBuilder();
            boolean done = true;
            for (Explanation.PartPlan part : parts) {
                done &= part.strategy() == Explanation.Strategy.GRAPH || part.records() < 10_000;
                now.append(part.name()).append(part.strategy());
            }
            if (!now.toString().equals(before)) {
                before = now.toString();
                since = System.nanoTime();
            }
            if (done && System.nanoTime() - since > SETTLED_NANOS) {
                return String.format(Locale.ROOT, "%d in %.1f", parts.size(), (since - start) / 1e9);
            }
            Thread.sleep(100);
        }
        return "more than " + PATIENCE_NANOS / 1_000_000_000L;
    }
}
