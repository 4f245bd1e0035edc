package dev.kith.gpu;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchResult;
import dev.kith.core.Metric;
import dev.kith.core.batch.AcceleratorException;
import dev.kith.core.batch.AcceleratorOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The program of [DatabaseOnDoubleTest]: a database that finds the double where the libraries of CUDA would be.
final class DatabaseOnDouble {
    private static final int RECORDS = 5_000;
    private static final int DIMENSION = 256;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private DatabaseOnDouble() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        CudaDouble.reset(1, 1L << 30, 13000, 0);
        float[] values = Samples.values(new Random(8), RECORDS * DIMENSION);
        List<Query> queries = new ArrayList<>();
        for (int q = 0; q < 300; q++) {
            queries.add(Query.nearest("v", row(values, q * 13)).k(7).effort(Effort.exact()));
        }
        List<List<String>> expected = fill(folder, values, queries);
        searchRequired(folder, queries, expected);
        check(folder, values);
        CudaDouble.assertClean("a database");
    }

    private static float[] row(float[] values, int i) {
        return java.util.Arrays.copyOfRange(values, i * DIMENSION, (i + 1) * DIMENSION);
    }

    /// Builds with the device and answers one by one, on the CPU.
    private static List<List<String>> fill(Path folder, float[] values, List<Query> queries) {
        Options options = Options.defaults().withAccelerator(AcceleratorOptions.AUTO).withGraphRecords(1000);
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.createCollection("c",
                    Schema.builder().vector("v", DIMENSION, Metric.SQUARED_L2).build());
            List<Record> records = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                records.add(Record.builder("r" + i).vector("v", row(values, i)).build());
            }
            collection.upsert(records);
            collection.optimize();
            CollectionStats.Accelerator done = collection.stats().accelerator();
            System.out.println("build: " + done);
            expect(done.explanation().contains("cuda:0"), done.explanation());
            expect(done.deviceCalls() > 0, "the build asked the device");
            return queries.stream().map(q -> collection.search(q).ids()).toList();
        }
    }

    /// A batch goes to the device, and fails with it.
    private static void searchRequired(Path folder, List<Query> queries, List<List<String>> expected) {
        try (Database database = Kith.open(folder, Options.defaults().withAccelerator(AcceleratorOptions.REQUIRED))) {
            Collection collection = database.collection("c");
            expect(expected.equals(collection.search(queries).stream().map(SearchResult::ids).toList()), "the CPU's answers");
            long before = collection.stats().accelerator().deviceCalls();
            expect(before > 0, "the device answered");
            CudaDouble.fail(1, CudaDouble.LAUNCH_FAILURE, CudaDouble.EXECUTION_FAILED, true);
            try {
                collection.search(queries);
                throw new AssertionError("a required device failed, and the search did not");
            } catch (AcceleratorException e) {
                System.out.println("required: " + e.getMessage());
            }
            expect(collection.search(queries.getFirst()).ids().equals(expected.getFirst()), "one query needs no device");
        }
        CudaDouble.reset(1, 1L << 30, 13000, 0);
        try (Database database = Kith.open(folder, Options.defaults().withAccelerator(AcceleratorOptions.AUTO))) {
            Collection collection = database.collection("c");
            CudaDouble.fail(9, CudaDouble.LAUNCH_FAILURE, CudaDouble.EXECUTION_FAILED, true);
            expect(expected.equals(collection.search(queries).stream().map(SearchResult::ids).toList()), "the same, without it");
            CollectionStats.Accelerator done = collection.stats().accelerator();
            System.out.println("optional: " + done);
            expect(done.fallbacks() > 0 && done.lastFailure() != null, done.toString());
        }
        CudaDouble.reset(1, 1L << 30, 13000, 0);
    }

    /// Recall checks of approximate searches come in batches, which the device does.
    private static void check(Path folder, float[] values) throws InterruptedException {
        Options options = Options.defaults().withAccelerator(AcceleratorOptions.AUTO).withRecallChecks(0.5);
        try (Database database = Kith.open(folder, options)) {
            Collection collection = database.collection("c");
            long start = System.nanoTime();
            while (collection.stats().recall().isEmpty() || collection.stats().accelerator().deviceCalls() == 0) {
                expect(System.nanoTime() - start < PATIENCE_NANOS, "no check was done by the device: " + collection.stats());
                for (int i = 0; i < 200; i++) {
                    collection.search(Query.nearest("v", row(values, i)).k(7));
                    Thread.sleep(1);
                }
            }
            System.out.println("checks: " + collection.stats().accelerator() + ", " + collection.stats().recall());
            expect(collection.stats().recall().getFirst().recall() > 0.8, "recall " + collection.stats().recall());
        }
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
