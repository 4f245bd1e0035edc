package dev.kith.bench.trial;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import dev.kith.internal.engine.EngineDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// What durability costs. A load in synced batches until its graph is complete, beside the bare index over the same vectors; single
/// records, each acknowledged when it is on the disk, by one writer and by several that share its syncs, beside the syncs
/// of a file that does nothing else. All in turn, in each round; by the wall clock, for syncs take no processor.
public final class WritesTrial {
    private final VectorSet set;
    private final Work work;
    private final PrintWriter out;

    /// @param batch records of one write of a load, at least 1
    /// @param rounds at least 1
    /// @param writers of single records, at least 1
    /// @param millis of single records in each round, at least 1
    /// @param syncMicros that every sync of a file takes longer; if not 0, the loads are left out
    public record Work(int batch, int rounds, int writers, int millis, int syncMicros) {
        /// Checks the ranges.
        public Work {
            if (batch < 1 || rounds < 1 || writers < 1 || millis < 1) {
                throw new IllegalArgumentException(
                        "batch, rounds, writers and milliseconds must be at least 1, were " + batch + ", "
                                + rounds + ", " + writers + ", " + millis);
            }
            if (syncMicros < 0) {
                throw new IllegalArgumentException("microseconds of a sync must be at least 0, were " + syncMicros);
            }
        }
    }

    /// @param set whose rows are written
    public WritesTrial(VectorSet set, Work work, PrintWriter out) {
        this.set = set;
        this.work = work;
        this.out = out;
    }

    /// Runs it in an empty folder.
    public void run(Path folder) throws IOException, InterruptedException {
        double[] bare = new double[work.rounds()];
        double[] load = new double[work.rounds()];
        double[] one = new double[work.rounds()];
        double[] several = new double[work.rounds()];
        double[] syncs = new double[work.rounds()];
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            singles(folder.resolve("warm"), vectors, work.writers(), new SlowDisk(0)); // so that what is measured is compiled
            SlowDisk disk = new SlowDisk(work.syncMicros());
            for (int round = 0; round < work.rounds(); round++) {
                Path place = folder.resolve("round" + round);
                if (work.syncMicros() == 0) {
                    bare[round] = bareIndex(vectors);
                    load[round] = load(place.resolveSibling("load" + round), vectors);
                }
                syncs[round] = syncs(place.resolveSibling("syncs" + round), 4L * vectors.dimension(), disk);
                one[round] = singles(place.resolveSibling("one" + round), vectors, 1, disk);
                several[round] = singles(place.resolveSibling("several" + round), vectors, work.writers(), disk);
                out.println(String.format(Locale.ROOT, "round %d of %d", round + 1, work.rounds()));
                out.flush();
            }
        }
        table(bare, load, List.of(syncs, one, several));
    }

    private void table(double[] bare, double[] load, List<double[]> singles) {
        double[] syncs = singles.get(0);
        double[] one = singles.get(1);
        double[] several = singles.get(2);
        out.println();
        out.println("| " + set.name() + ", " + String.format(Locale.ROOT, "%,d", set.rows()) + " rows | a second | |");
        out.println("|---|---:|---:|");
        if (work.syncMicros() == 0) {
            line("bare index, one building thread: rows", bare, "");
            line("database, synced batches of " + work.batch() + ", optimized: rows", load,
                    ratios(load, bare) + " of the bare index");
        } else {
            out.println(String.format(Locale.ROOT, "| disk made slower by %.1f ms a sync | | |", work.syncMicros() / 1e3));
        }
        line("syncs of a file, one row each", syncs, "");
        line("one writer, synced records", one, ratios(one, syncs) + " of the syncs");
        line(work.writers() + " writers, synced records", several, ratios(several, one) + " of one writer");
        out.flush();
    }

    private void line(String what, double[] rates, String beside) {
        out.println(String.format(Locale.ROOT, "| %s | %,.0f | %s |", what, median(rates), beside));
    }

    private static String ratios(double[] rates, double[] others) {
        double[] ratios = IntStream.range(0, rates.length).mapToDouble(i -> rates[i] / others[i]).toArray();
        return String.format(Locale.ROOT, "%.2f", median(ratios));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static double bareIndex(DenseVectors vectors) {
        long start = System.nanoTime();
        HnswIndex index = HnswIndex.build(vectors, HnswParameters.DEFAULT, BuildControl.NONE);
        return index.size() * 1e9 / (System.nanoTime() - start);
    }

    private double load(Path folder, DenseVectors vectors) {
        try (Database database = Kith.open(folder)) {
            Collection collection = Rows.collection(database, set);
            long start = System.nanoTime();
            Rows.load(collection, vectors, work.batch());
            collection.optimize();
            return collection.count() * 1e9 / (System.nanoTime() - start);
        }
    }

    private double syncs(Path file, long bytes, SlowDisk disk) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(work.millis());
        long start = System.nanoTime();
        ByteBuffer row = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        long count = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (System.nanoTime() < end) {
                channel.write(row.clear());
                channel.force(false);
                disk.delay();
                count++;
            }
        }
        return count * 1e9 / (System.nanoTime() - start);
    }

    /// Upserts a second of all writers together, each of other records.
    private double singles(Path folder, DenseVectors vectors, int writers, SlowDisk disk) throws InterruptedException {
        try (Database database = EngineDatabase.open(disk, folder, Options.defaults());
                ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            Collection collection = Rows.collection(database, set);
            long start = System.nanoTime();
            long end = start + TimeUnit.MILLISECONDS.toNanos(work.millis());
            List<Callable<Long>> tasks = IntStream.range(0, writers)
                    .<Callable<Long>>mapToObj(writer -> () -> write(collection, vectors, writer, writers, end)).toList();
            long count = 0;
            for (Future<Long> future : threads.invokeAll(tasks)) {
                count += future.get();
            }
            return count * 1e9 / (System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a writer failed", e.getCause());
        }
    }

    private static long write(Collection collection, DenseVectors vectors, int first, int step, long end) {
        float[] vector = new float[vectors.dimension()];
        long count = 0;
        for (int row = first; System.nanoTime() < end; row = (row + step) % vectors.count()) {
            vectors.copyRow(row, vector);
            collection.upsert(Rows.record(Integer.toString(row), vector, row));
            count++;
        }
        return count;
    }
}
