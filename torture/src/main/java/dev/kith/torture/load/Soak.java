package dev.kith.torture.load;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Mixed load on a collection of bounded size: writes that replace and delete, searches of every kind, flushes, now and then a
/// reopening. At even intervals every record is written anew and all segments are merged into one, so that the database is the same
/// each time but for what the load left behind, and what the process holds is measured after a collection of garbage; from the
/// second third of the run on, the line through the measurements may not rise by more than the bound. The files are counted as
/// the load left them, too; with the merges these go up and down. A turn is a hundred operations.
public final class Soak implements Torture {
    private static final int IDS = 5_000;
    private static final int DIMENSION = 64;
    private static final int SAMPLES = 120;
    private static final double RISE_PER_HOUR = 0.01;
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.COSINE).integer("n").keyword("k")
            .text("t")
            .build();

    @Override
    public String about() {
        return "mixed load: heap, resident memory, open files and files on disk do not grow, nothing fails";
    }

    @Override
    public long fewTurns() {
        return 40;
    }

    /// What the process held at one moment.
    ///
    /// @param filesFound as the load left them, before everything was merged
    private record Sample(double hours, long heap, long resident, long openFiles, long files, long bytes, long filesFound) {}

    /// Files of a folder and those below.
    private record Disk(long files, long bytes) {}

    @Override
    public void run(Session session) throws Exception {
        Path folder = session.folder().resolve("soak");
        Random random = new Random(session.seed());
        List<Sample> samples = new ArrayList<>();
        boolean timed = session.time().toDays() < 30;
        long between = timed ? session.time().toNanos() / SAMPLES : TimeUnit.MILLISECONDS.toNanos(250);
        long due = between;
        int reopened = 0;
        Database database = Kith.open(folder, Options.defaults().withGraphRecords(1_000).withLogBytes(8 << 20));
        try {
            database.createCollection("soak", SCHEMA);
            fill(database.collection("soak"), random);
            while (session.nextTurn() >= 0) {
                turn(session, database.collection("soak"), random);
                if (session.elapsedNanos() >= due) {
                    samples.add(sample(session, folder, database.collection("soak"), random));
                    due += between;
                    if (samples.size() % 20 == 19) {
                        database.close();
                        database = Kith.open(folder, Options.defaults().withGraphRecords(1_000).withLogBytes(8 << 20));
                        reopened++;
                    }
                }
            }
            if (!database.collection("soak").verify().ok()) {
                session.violation(database.collection("soak").verify().toString());
            }
        } finally {
            database.close();
        }
        session.count("reopenings", reopened);
        session.count("samples", samples.size());
        judge(session, samples, timed && session.time().toMinutes() >= 30);
    }

    private static void fill(Collection collection, Random random) {
        for (int from = 0; from < IDS; from += 500) {
            List<Record> batch = new ArrayList<>();
            for (int i = from; i < from + 500; i++) {
                batch.add(record("id" + i, random));
            }
            collection.upsert(batch);
        }
    }

    private static Record record(String id, Random random) {
        return Record.builder(id).vector("v", vector(random)).field("n", random.nextInt(1000))
                .field("k", "k" + random.nextInt(20))
                .field("t", "word" + random.nextInt(500) + " word" + random.nextInt(500)).build();
    }

    private static float[] vector(Random random) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            v[i] = (float) random.nextGaussian();
        }
        return v;
    }

    private static void turn(Session session, Collection collection, Random random) {
        for (int i = 0; i < 100; i++) {
            int dice = random.nextInt(1000);
            if (dice < 300) {
                collection.upsert(record("id" + random.nextInt(IDS), random));
            } else if (dice < 360) {
                collection.delete("id" + random.nextInt(IDS));
            } else if (dice < 999) {
                search(collection, random, dice);
            } else {
                collection.flush();
            }
        }
        session.count("operations", 100);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // a soak is long, not hot
    }

    private static void search(Collection collection, Random random, int dice) {
        Query query = switch (dice % 4) {
            case 0 -> Query.text("t", "word" + random.nextInt(500)).fields("k");
            case 1 -> Query.nearest("v", vector(random)).filter(Filter.lt("n", random.nextInt(1000)));
            case 2 -> Query.hybrid("v", vector(random), "t", "word" + random.nextInt(500));
            default -> Query.nearest("v", vector(random)).withPayload();
        };
        if (collection.search(query.k(10)).hits().size() > 10) {
            throw new AssertionError("more than asked for");
        }
    }

    private static Sample sample(Session session, Path folder, Collection collection, Random random) throws IOException {
        Disk found = disk(folder);
        fill(collection, random);
        collection.optimize();
        collection.flush();
        for (int i = 0; i < 3; i++) { // what Cleaners free is gone only after a second collection
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long open = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        Disk merged = disk(folder);
        Sample sample = new Sample(session.elapsedNanos() / 3.6e12, heap, resident(), open, merged.files, merged.bytes,
                found.files);
        session.note(String.format(Locale.ROOT, "%.3f h: heap %,d, resident %,d, open files %d, files %d (found %d), bytes %,d",
                sample.hours, heap, sample.resident, open, merged.files, found.files, merged.bytes));
        return sample;
    }

    private static Disk disk(Path folder) {
        long files = 0;
        long bytes = 0;
        Deque<File> folders = new ArrayDeque<>(List.of(folder.toFile()));
        while (!folders.isEmpty()) {
            File[] inside = folders.remove().listFiles(); // null, and length 0, for what a merge has deleted meanwhile
            for (File file : inside == null ? new File[0] : inside) {
                if (file.isDirectory()) {
                    folders.add(file);
                } else {
                    files++;
                    bytes += file.length();
                }
            }
        }
        return new Disk(files, bytes);
    }

    /// Resident memory that is the process's own, in bytes; mapped files count for their owner, the page cache. 0 where
    /// the platform does not tell.
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }

    private static void judge(Session session, List<Sample> samples, boolean longEnough) {
        List<Sample> late = samples.subList(samples.size() / 3, samples.size());
        if (late.size() < 4) {
            return;
        }
        slope(session, "heap after garbage collection", late, Sample::heap, longEnough);
        slope(session, "anonymous resident memory", late, Sample::resident, longEnough);
        slope(session, "open files", late, Sample::openFiles, longEnough);
        slope(session, "files on disk", late, Sample::files, longEnough);
        slope(session, "bytes on disk", late, Sample::bytes, longEnough);
        slope(session, "files on disk before they are merged", late, Sample::filesFound, longEnough);
    }

    private interface Measure {
        long of(Sample sample);
    }

    /// Fits a line by least squares. Its rise is held against the bound plus twice its own standard error, because the counts
    /// of files go up and down with every merge.
    private static void slope(Session session, String what, List<Sample> samples, Measure measure, boolean longEnough) {
        double n = samples.size();
        double meanX = samples.stream().mapToDouble(Sample::hours).average().orElseThrow();
        double meanY = samples.stream().mapToDouble(s -> measure.of(s)).average().orElseThrow();
        double xx = 0;
        double xy = 0;
        for (Sample s : samples) {
            xx += (s.hours - meanX) * (s.hours - meanX);
            xy += (s.hours - meanX) * (measure.of(s) - meanY);
        }
        double slope = xy / xx;
        double residual = 0;
        for (Sample s : samples) {
            double off = measure.of(s) - meanY - slope * (s.hours - meanX);
            residual += off * off;
        }
        double error = Math.sqrt(residual / (n - 2) / xx);
        double rise = meanY == 0 ? 0 : slope / meanY;
        double doubt = meanY == 0 ? 0 : 2 * error / meanY;
        session.note(
                String.format(Locale.ROOT, "%s: mean %,.0f, %+.2f %% per hour, +-%.2f", what, meanY, 100 * rise, 100 * doubt));
        if (longEnough && rise - doubt > RISE_PER_HOUR) {
            session.violation(what + " grows by " + 100 * rise + " % per hour");
        }
    }
}
