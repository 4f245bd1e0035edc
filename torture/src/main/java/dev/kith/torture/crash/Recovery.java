package dev.kith.torture.crash;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.KithException;
import dev.kith.Options;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.internal.engine.EngineDatabase;
import dev.kith.torture.kit.CutVfs;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// How long opening takes after a crash with a long log: batches of records with a vector of 384 components, a keyword, a number
/// and a sentence are written, never committed, the process's changes cut off, and the database opened; every record must be
/// counted. It is crashed and opened twice more, which must recover as much. The time is measured, not judged, for it depends on
/// the machine. A turn is one log.
public final class Recovery implements Torture {
    private static final int DIMENSION = 384;
    private static final int BATCH = 200;
    private static final int OPENINGS = 3;
    private static final long LOG_BYTES = 100L << 20;
    private static final long SMALL_LOG_BYTES = 4L << 20;
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.COSINE).integer("n").keyword("k")
            .text("t")
            .build();

    @Override
    public String about() {
        return "time to open after a crash with 100 MiB of log (4 MiB in a short run), and nothing missing";
    }

    @Override
    public long fewTurns() {
        return 1;
    }

    @Override
    public void run(Session session) throws Exception {
        long bytes = session.turnLimit() == 1 ? SMALL_LOG_BYTES : LOG_BYTES;
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            one(session, new Random(session.seed() + turn), bytes);
        }
    }

    private static void one(Session session, Random random, long bytes) throws IOException {
        Path folder = session.folder().resolve("recovery");
        Folders.delete(folder);
        CutVfs disk = new CutVfs();
        Options options = Options.defaults().withDurability(Durability.osBuffered()).withLogBytes(2 * bytes);
        long written = 0;
        long logged = 0;
        try (Database database = EngineDatabase.open(disk, folder, options)) {
            Collection collection = database.createCollection("long", SCHEMA);
            while (logged < bytes) {
                List<Record> batch = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    batch.add(record("id" + written++, random));
                }
                collection.upsert(batch);
                logged = collection.stats().logBytes();
            }
            disk.cut();
        } catch (KithException e) {
            // closing could not write, as it should be
        }
        for (int opening = 1; opening <= OPENINGS; opening++) {
            open(session, folder, options, new Log(written, logged), opening);
        }
    }

    /// What was written, and the log that holds it.
    private record Log(long records, long bytes) {}

    /// Opens, and crashes again before anything is committed, so that the next opening has as much to do.
    private static void open(Session session, Path folder, Options options, Log log, int opening) {
        CutVfs disk = new CutVfs();
        long start = System.nanoTime();
        try (Database database = EngineDatabase.open(disk, folder, options)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            CollectionStats stats = database.collection("long").stats();
            session.count("openings", 1);
            session.count("bytes of log", log.bytes);
            session.count("records recovered", stats.records());
            session.count("milliseconds to open", millis);
            session.peak("milliseconds per 100 MiB of log", millis * (100L << 20) / log.bytes);
            session.note("opening " + opening + ": " + millis + " ms for " + log.bytes + " bytes of log");
            if (stats.records() != log.records || stats.recovery().operations() == 0) {
                session.violation(stats.records() + " records of " + log.records + ", " + stats.recovery());
            }
            if (opening < OPENINGS) {
                disk.cut();
            }
        } catch (KithException e) {
            if (opening == OPENINGS) {
                throw e;
            } // else closing could not write, as it should be
        }
    }

    private static Record record(String id, Random random) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            v[i] = (float) random.nextGaussian();
        }
        return Record.builder(id).vector("v", v).field("n", random.nextInt(1000)).field("k", "k" + random.nextInt(50))
                .field("t", "the quick brown fox " + random.nextInt(10_000) + " jumps over the lazy dog").build();
    }
}
