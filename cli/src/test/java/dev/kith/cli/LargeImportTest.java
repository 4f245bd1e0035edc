package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Schema;
import dev.kith.cli.columns.ArrowRecordWriter;
import dev.kith.cli.columns.ArrowRecords;
import dev.kith.cli.columns.Column;
import dev.kith.cli.columns.ParquetRecordWriter;
import dev.kith.cli.columns.RecordWriter;
import dev.kith.core.Metric;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A large import needs memory for all of it, begins anew after a kill, or loses or doubles a record. The whole size:
/// `-Dkith.import.rows=1000000 -Dkith.import.forms=jsonl`.
class LargeImportTest {
    private static final int ROWS = Integer.getInteger("kith.import.rows", 4_000);
    private static final int DIMENSION = 32;
    private static final int BATCH = Math.max(20, ROWS / 1_000);
    private static final String HEAP = "-Xmx256m";
    @TempDir Path folder;

    static List<String> forms() {
        return Arrays.asList(System.getProperty("kith.import.forms", "jsonl,parquet,arrow").split(","));
    }

    private static float[] vector(int row) {
        Random random = new Random(row);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    private Path rows(String form) throws IOException {
        Path file = folder.resolve("rows." + form);
        if (form.equals("jsonl")) {
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                for (int i = 0; i < ROWS; i++) {
                    out.write("{\"id\": \"r" + i + "\", \"n\": " + i + ", \"v\": " + Arrays.toString(vector(i)) + "}\n");
                }
            }
            return file;
        }
        List<Column> columns = List.of(new Column("id", Column.Kind.TEXT, 0, 0, true),
                new Column("v", Column.Kind.FLOAT32, 1, DIMENSION, true), Column.of("n", Column.Kind.INT64));
        try (RecordWriter writer = form.equals("parquet")
                ? ParquetRecordWriter.create(file, columns)
                : ArrowRecordWriter.create(file, columns)) {
            for (int i = 0; i < ROWS; i++) {
                writer.add(List.of("r" + i, vector(i), (long) i));
            }
        }
        return file;
    }

    private Process start(String form, Path file, Path bookmark) throws IOException {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
                "-XX:+UseSerialGC",
                ROWS > 100_000 ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", ArrowRecords.JVM_OPTION, "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "import", "--" + form, file.toString(), "--batch",
                Integer.toString(BATCH), "--resume", bookmark.toString(), "--db", folder.resolve("db").toString());
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile()).start();
    }

    private Path output() {
        return folder.resolve("child.txt");
    }

    private static long kept(Path bookmark) throws IOException {
        return Files.exists(bookmark) ? Long.parseLong(Files.readAllLines(bookmark).getFirst()) : 0;
    }

    /// The most memory a process ever had, in MB, where the system tells.
    private static long peakMegabytes(Process process) {
        try {
            Matcher peak = Pattern.compile("VmHWM:\\s+(\\d+) kB")
                    .matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            return peak.find() ? Long.parseLong(peak.group(1)) / 1024 : 0;
        } catch (IOException e) {
            return 0; // it has just ended, or there is no /proc
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aKilledImportGoesOnInLittleMemory(String form) throws IOException, InterruptedException {
        Path file = rows(form);
        Path bookmark = folder.resolve("bookmark");
        try (Database database = Kith.open(folder.resolve("db"))) {
            database.createCollection("c",
                    Schema.builder().vector("v", DIMENSION, Metric.COSINE).longInteger("n").build());
        }
        long start = System.nanoTime();
        Process child = start(form, file, bookmark);
        while (kept(bookmark) < ROWS * 2L / 5 && child.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        long peak = peakMegabytes(child);
        child.destroyForcibly().waitFor();
        long kept = kept(bookmark);
        assertTrue(kept >= ROWS * 2L / 5 && kept < ROWS, () -> "not killed in the middle: " + read());
        child = start(form, file, bookmark);
        while (!child.waitFor(100, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakMegabytes(child));
        }
        assertEquals(0, child.exitValue(), this::read);
        assertTrue(read().contains(String.format("resumed after %,d rows", kept)), this::read);
        assertFalse(Files.exists(bookmark));
        System.out.printf("%s: %,d rows of %,d MB, killed after %,d: %.0f s with %s, at most %,d MB resident%n", form, ROWS,
                Files.size(file) >> 20, kept, (System.nanoTime() - start) / 1e9, HEAP, peak);
        try (Database database = Kith.open(folder.resolve("db"))) {
            Collection collection = database.collection("c");
            assertEquals(ROWS, collection.count());
            assertEquals(ROWS, collection.count(Filter.between("n", 0, ROWS - 1)));
            for (int i = 0; i < ROWS; i += Math.max(1, ROWS / 500)) {
                assertArrayEquals(vector(i), collection.get("r" + i).vector("v"), "r" + i);
            }
        }
        Files.writeString(bookmark, "5\nsomething else\n");
        child = start(form, file, bookmark);
        assertEquals(2, child.waitFor(), "a bookmark of other files");
    }

    private String read() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
