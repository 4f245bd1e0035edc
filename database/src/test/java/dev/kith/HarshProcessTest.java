package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What must not kill a process, or hurt what it wrote: mapped files that vanish under compiled searches, and a heap that is full.
class HarshProcessTest {
    private static final int DIMENSION = 96;
    private static final int RECORDS = 1_500;
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.COSINE).integer("n").build();
    private static final Options OPTIONS = Options.defaults().withGraphRecords(500);

    private static float[] vector(SplittableRandom random) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < v.length; i++) {
            v[i] = random.nextFloat() - 0.5f;
        }
        return v;
    }

    private static String run(Path folder, Class<?> main, String heap, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap,
                "-XX:ErrorFile=" + folder.resolve("crash.log"), "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), main.getName(),
                folder.resolve("db").toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = child.waitFor(240, TimeUnit.SECONDS);
        child.destroyForcibly();
        String told = Files.readString(output, StandardCharsets.UTF_8);
        assertTrue(ended, "hangs: " + told);
        assertEquals(0, child.exitValue(), told);
        return told;
    }

    @Test
    void filesCutOffUnderWarmSearchesEndInTypedErrors(@TempDir Path folder) throws Exception {
        try (Database database = Kith.open(folder.resolve("db"), OPTIONS)) {
            Collection collection = database.createCollection("c", SCHEMA);
            SplittableRandom random = new SplittableRandom(1);
            List<Record> records = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                records.add(
                        Record.builder("r" + i).vector("v", vector(random)).field("n", i).payload("{\"i\": " + i + "}").build());
            }
            collection.upsert(records);
            collection.optimize();
        }
        String told = run(folder, Cutter.class, "-Xmx256m");
        assertTrue(told.contains("searches before the cut") && !told.contains(" 0 refused"), told);
    }

    /// Searches until everything is compiled, cuts every file of the index off, and goes on.
    static final class Cutter {
        private Cutter() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            Database database = Kith.open(folder, OPTIONS);
            Collection collection = database.collection("c");
            SplittableRandom random = new SplittableRandom(2);
            long warm = 0;
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6); warm < 3_000 || System.nanoTime() < end; warm++) {
                ask(collection, random, warm);
            }
            System.out.println(warm + " searches before the cut");
            for (Path file : files(folder.resolve("c1").resolve("index"))) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
            }
            int refused = 0;
            for (int i = 0; i < 600; i++) {
                try {
                    ask(collection, random, i);
                } catch (KithException e) {
                    refused++;
                }
            }
            System.out.println("after the cut " + refused + " refused");
            try {
                database.close();
            } catch (KithException e) {
                System.out.println("closing: " + e);
            }
        }

        private static void ask(Collection collection, SplittableRandom random, long number) {
            Query query = Query.nearest("v", vector(random)).k(10);
            switch ((int) (number % 4)) {
                case 0 -> collection.search(query.effort(Effort.exact()));
                case 1 -> collection.search(query.filter(Filter.lt("n", 20)));
                case 2 -> collection.get("r" + random.nextInt(RECORDS));
                default -> collection.search(query.withPayload());
            }
        }

        private static List<Path> files(Path folder) throws IOException {
            try (Stream<Path> all = Files.list(folder)) {
                return all.toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    @Test
    void aFullHeapLosesNothingAcknowledged(@TempDir Path folder) throws Exception {
        String told = run(folder, Eater.class, "-Xmx64m");
        List<String> lines = told.lines().toList();
        long full = lines.stream().filter(line -> line.equals("out of memory") || line.contains("Java heap space")).count();
        assertTrue(full > 0, told);
        List<Integer> acknowledged = lines.stream().filter(line -> line.startsWith("ack "))
                .map(line -> Integer.parseInt(line.substring(4)))
                .toList();
        assertTrue(acknowledged.size() > 3, told);
        try (Database database = Kith.open(folder.resolve("db"), OPTIONS)) {
            Collection collection = database.collection("c");
            for (int batch : acknowledged) {
                for (int i = 0; i < Eater.BATCH; i++) {
                    assertTrue(collection.get("b" + batch + "-" + i) != null, "lost batch " + batch + ", " + told);
                }
            }
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                assertEquals(0, all.count() % Eater.BATCH, "half a batch");
            }
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
        }
    }

    /// Writes batches while it fills the heap, several times until memory is out; frees it and goes on.
    static final class Eater {
        static final int BATCH = 50;

        private Eater() {}

        public static void main(String[] args) {
            SplittableRandom random = new SplittableRandom(3);
            Database database = Kith.open(Path.of(args[0]), OPTIONS);
            Collection collection = database.createCollection("c", SCHEMA);
            int batch = 0;
            int outOfMemory = 0;
            while (outOfMemory < 3) {
                List<byte[]> eaten = new ArrayList<>();
                try {
                    while (true) {
                        write(collection, batch, random);
                        System.out.println("ack " + batch);
                        batch++;
                        eaten.add(new byte[2 << 20]);
                    }
                } catch (OutOfMemoryError e) {
                    eaten.clear();
                    outOfMemory++;
                    batch++;
                    System.out.println("out of memory");
                } catch (KithException e) {
                    eaten.clear();
                    outOfMemory++;
                    System.out.println("refused: " + e);
                    database = reopened(database, args[0]);
                    collection = database.collection("c");
                    batch++;
                }
            }
            try {
                database.close();
            } catch (KithException e) {
                System.out.println("closing: " + e);
            }
        }

        private static Database reopened(Database failed, String folder) {
            try {
                failed.close();
            } catch (KithException e) {
                System.out.println("closing: " + e);
            }
            return Kith.open(Path.of(folder), OPTIONS);
        }

        private static void write(Collection collection, int batch, SplittableRandom random) {
            List<Record> records = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                records.add(Record.builder("b" + batch + "-" + i).vector("v", vector(random)).field("n", i).build());
            }
            collection.upsert(records);
        }
    }
}
