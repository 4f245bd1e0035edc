package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.KeyProvider;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Safety;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.core.VectorKernels;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What trust costs: the same records are written to a plain and to an encrypted database, both are opened with and without their
/// files being compared with the checksums, and searched. All must answer the same; the times are shown, not judged; of
/// openings the least, of searches the median. Files are in
/// the page cache. A turn is one pair of databases; a run of one turn takes small ones.
public final class Cost implements Torture {
    private static final int DIMENSION = 384;
    private static final int RECORDS = 10_000;
    private static final int FEW_RECORDS = 400;
    private static final int BATCH = 200;
    private static final String WARM_UP = "warm-up";
    private static final int OPENINGS = 15;
    private static final int QUERIES = 300;
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.COSINE).integer("n").text("t").build();

    @Override
    public String about() {
        return "what checksums at opening and encryption cost: the same answers; times of opening, searching and writing";
    }

    @Override
    public long fewTurns() {
        return 1;
    }

    @Override
    public void run(Session session) throws Exception {
        int records = session.turnLimit() == 1 ? FEW_RECORDS : RECORDS;
        VectorKernels.awaitWarm();
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            Map<String, List<String>> answers = new TreeMap<>();
            // Warmed up by small ones, and in another order each time, so that none is first for good.
            measured(session, WARM_UP, null, FEW_RECORDS);
            measured(session, WARM_UP, KeyProvider.ofKey(new byte[32]), FEW_RECORDS);
            for (int i = 0; i < 2; i++) {
                boolean encrypted = (i + turn) % 2 == 1;
                String what = encrypted ? "encrypted" : "plain";
                answers.put(what, measured(session, what, encrypted ? KeyProvider.ofKey(new byte[32]) : null, records));
            }
            if (!Objects.equals(answers.get("plain"), answers.get("encrypted"))) {
                session.violation("an encrypted database answers otherwise than a plain one");
            }
            session.count("pairs of databases", 1);
        }
    }

    private static List<String> measured(Session session, String what, @Nullable KeyProvider keys,
            int records) throws IOException {
        Path folder = session.folder().resolve(what);
        Folders.delete(folder);
        Safety safety = Safety.defaults().withKeys(keys);
        Options options = Options.defaults().withDurability(Durability.sync()).withGraphRecords(records / 2);
        Random random = new Random(session.seed());
        long written;
        long merged;
        try (Database database = Kith.open(folder, options.withSafety(safety))) {
            Collection collection = database.createCollection("c", SCHEMA);
            long start = System.nanoTime();
            for (int from = 0; from < records; from += BATCH) {
                collection.upsert(batch(random, from, Math.min(records, from + BATCH)));
            }
            collection.flush();
            written = System.nanoTime() - start;
            collection.optimize();
            merged = System.nanoTime() - start - written;
        }
        double mebibytes = bytes(folder) / (double) (1 << 20);
        double unchecked = Double.MAX_VALUE;
        double checked = Double.MAX_VALUE;
        for (int i = 0; i < OPENINGS; i++) { // in turn, so that neither is the colder one
            unchecked = Math.min(unchecked, opening(folder, options.withSafety(safety.withVerifyAtOpenBytes(0)), records));
            checked = Math.min(checked,
                    opening(folder, options.withSafety(safety.withVerifyAtOpenBytes(Long.MAX_VALUE)), records));
        }
        List<String> answers = new ArrayList<>();
        double search;
        try (Database database = Kith.open(folder, options.withSafety(safety))) {
            search = searching(database.collection("c"), answers, session.seed());
        }
        if (!what.equals(WARM_UP)) {
            session.note(String.format(Locale.ROOT,
                    "%s, %,d records, %.1f MiB: written in %.0f ms, merged in %.0f ms, opened in %.1f ms"
                            + " unchecked and %.1f ms checked (%.2f ms per MiB more), searched in %.0f us",
                    what, records, mebibytes,
                    written / 1e6, merged / 1e6, unchecked, checked, (checked - unchecked) / mebibytes, search));
        }
        Folders.delete(folder);
        return answers;
    }

    private static List<Record> batch(Random random, int from, int to) {
        List<Record> batch = new ArrayList<>();
        for (int i = from; i < to; i++) {
            batch.add(Record.builder("id" + i).vector("v", vector(random)).field("n", i % 1000)
                    .field("t", "word" + random.nextInt(2_000) + " word" + random.nextInt(2_000)).build());
        }
        return batch;
    }

    private static float[] vector(Random random) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            v[i] = (float) random.nextGaussian();
        }
        return v;
    }

    /// Milliseconds to open.
    private static double opening(Path folder, Options options, int records) {
        long start = System.nanoTime();
        try (Database database = Kith.open(folder, options)) {
            double millis = (System.nanoTime() - start) / 1e6;
            long count = database.collection("c").count(Filter.exists("n"));
            if (count != records) {
                throw new AssertionError(count + " records of " + records);
            }
            return millis;
        }
    }

    /// Median microseconds of a search.
    private static double searching(Collection collection, List<String> answers, long seed) {
        double[] micros = new double[QUERIES];
        for (int round = 0; round < 2; round++) { // the first warms up
            Random random = new Random(seed + 1);
            for (int i = 0; i < QUERIES; i++) {
                Query query = Query.nearest("v", vector(random)).k(10);
                long start = System.nanoTime();
                collection.search(query);
                micros[i] = (System.nanoTime() - start) / 1e3;
                if (round == 0 && i % 10 == 0) {
                    answers.add(collection.search(query.effort(Effort.exact())).hits().toString());
                }
            }
        }
        return median(micros);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
