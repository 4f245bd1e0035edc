package dev.kith.bench.observe;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Observation;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.micrometer.KithMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import jdk.jfr.Recording;

/// The CPU time of searches with and without observation. Two databases of the same records, one of them with meters and a slow log,
/// are searched in turns, with the flight recorder off and on, by one thread: the ratio within a round is free of what else the machine
/// does, as far as that is slower than a round.
public final class ObservationCost {
    private static final int DIMENSION = 64;
    private static final int QUERIES = 512;

    /// What observes.
    public enum Kind {
        /// Nothing.
        NOTHING,
        /// Meters and a slow log.
        METERS,
        /// The flight recorder, every event.
        RECORDER,
        /// Both.
        BOTH
    }

    /// How much is measured.
    ///
    /// @param rows records of each database
    /// @param rounds rounds that count, after two that do not
    /// @param searches of each kind in a round
    public record Plan(int rows, int rounds, int searches) {
        /// Checks.
        public Plan {
            if (rows < 1 || rounds < 1 || searches < 1) {
                throw new IllegalArgumentException("rows, rounds and searches must be at least 1, were " + rows + ", " + rounds
                        + " and " + searches);
            }
        }
    }

    private ObservationCost() {}

    /// Measures, and gives the result as a table.
    ///
    /// @param folder an empty one
    public static String table(Path folder, Plan plan) {
        Map<Kind, List<Double>> ratios = new EnumMap<>(Kind.class);
        List<Double> plainMicros = new ArrayList<>();
        Options observed = Options.defaults().withObservation(
                Observation.of(new KithMetrics(new SimpleMeterRegistry())).withSlowSearch(Duration.ofSeconds(10)));
        try (Database without = Kith.open(folder.resolve("without"), Options.defaults());
                Database with = Kith.open(folder.resolve("with"), observed)) {
            Collection plain = filled(without, plan.rows());
            Collection metered = filled(with, plan.rows());
            float[][] queries = vectors(new Random(2), QUERIES);
            for (int round = -2; round < plan.rounds(); round++) {
                Map<Kind, Double> micros = round(plain, metered, queries, plan.searches(), round);
                if (round >= 0) {
                    double base = Objects.requireNonNull(micros.get(Kind.NOTHING));
                    plainMicros.add(base);
                    micros.forEach((kind, time) -> ratios.computeIfAbsent(kind, _ -> new ArrayList<>()).add(time / base));
                }
            }
        }
        StringBuilder table = new StringBuilder(
                "| observed by | CPU time of a search | least and most of the rounds |\n|---|---:|---:|\n");
        ratios.forEach((kind, all) -> table.append(kind == Kind.NOTHING
                ? String.format(Locale.ROOT, "| nothing | %.1f us | |%n", median(plainMicros))
                : String.format(Locale.ROOT, "| %s | %.4f of that | %.4f to %.4f |%n", kind.name().toLowerCase(Locale.ROOT),
                        median(all),
                        all.stream().min(Double::compare).orElseThrow(), all.stream().max(Double::compare).orElseThrow())));
        return table.toString();
    }

    /// Which comes first changes from round to round.
    private static Map<Kind, Double> round(Collection plain, Collection metered, float[][] queries, int searches, int round) {
        Map<Kind, Double> micros = new EnumMap<>(Kind.class);
        Kind[] kinds = Kind.values();
        for (int i = 0; i < kinds.length; i++) {
            Kind kind = kinds[Math.floorMod(i + round, kinds.length)];
            micros.put(kind, switch (kind) {
                case NOTHING -> time(plain, queries, searches);
                case METERS -> time(metered, queries, searches);
                case RECORDER -> recorded(() -> time(plain, queries, searches));
                case BOTH -> recorded(() -> time(metered, queries, searches));
            });
        }
        return micros;
    }

    private static double recorded(Supplier<Double> work) {
        try (Recording recording = new Recording()) {
            for (String name : List.of("Open", "Search", "Write", "Flush", "Merge")) {
                recording.enable("dev.kith." + name).withoutThreshold();
            }
            recording.setMaxSize(64 << 20);
            recording.start();
            return work.get();
        }
    }

    /// Microseconds of this thread's CPU time for a search.
    private static double time(Collection collection, float[][] queries, int searches) {
        long found = 0;
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < searches; i++) {
            found += collection.search(Query.nearest("v", queries[i % queries.length])).hits().size();
        }
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        if (found == 0) {
            throw new IllegalStateException("no search found anything");
        }
        return nanos / 1e3 / searches;
    }

    private static Collection filled(Database database, int rows) {
        Collection collection = database.createCollection("c", Schema.builder().vector("v", DIMENSION, Metric.COSINE).build());
        float[][] vectors = vectors(new Random(1), rows);
        for (int from = 0; from < rows; from += 5_000) {
            List<Record> records = new ArrayList<>();
            for (int i = from; i < Math.min(rows, from + 5_000); i++) {
                records.add(Record.builder("r" + i).vector("v", vectors[i]).build());
            }
            collection.upsert(records);
        }
        collection.optimize();
        return collection;
    }

    private static float[][] vectors(Random random, int count) {
        float[][] vectors = new float[count][DIMENSION];
        for (float[] vector : vectors) {
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }
}
