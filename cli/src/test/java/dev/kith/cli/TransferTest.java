package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Projection;
import dev.kith.Record;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What comes out is not what went in, one bad row takes a million good ones with it, or a killed import begins anew.
class TransferTest {
    private static final int ROWS = Integer.getInteger("kith.import.rows", 20_000);
    @TempDir Path folder;
    private final StringWriter out = new StringWriter();

    private int kith(Object... arguments) {
        List<String> all = new ArrayList<>(Arrays.stream(arguments).map(Object::toString).toList());
        if (!all.contains("--db")) {
            all.addAll(List.of("--db", folder.resolve("db").toString()));
        }
        out.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(out);
        return Main.commandLine().setOut(writer).setErr(writer).execute(all.toArray(String[]::new));
    }

    private void create(Object db, String name) {
        assertEquals(0, kith("create", name, "--vector", "v:3:l2", "--field", "k:keyword", "--field", "tags:keyword[]", "--field",
                "n:long", "--field", "t:instant", "--field", "b:boolean", "--text", "body", "--db", db), out::toString);
    }

    @BeforeEach
    void aCollection() throws IOException {
        create(folder.resolve("db"), "words");
        Path lines = Files.writeString(folder.resolve("words.jsonl"),
                """
                        {"id": "a", "v": [1, 0.1, -2.5], "k": "one, two", "tags": ["x", "\\"y\\""], "n": 9007199254740993, "body": "line\\nbreak \\"q\\"", "page": 3}
                        {"id": "b", "v": [0, 1, 3e-12], "t": "2026-01-02T03:04:05.000000006Z", "b": true, "n": -2}
                        {"id": "c", "v": [7, 8, 9], "k": "Zoë ✓", "body": "plain", "more": {"deep": [1, "s"]}}
                        """);
        assertEquals(0, kith("import", "--jsonl", lines), out::toString);
    }

    private static Map<String, Record> all(Path db, String name) {
        Map<String, Record> all = new TreeMap<>();
        try (Database database = Kith.open(db);
                Stream<Record> records = database.collection(name).scan(Filter.all(), Projection.EVERYTHING)) {
            records.forEach(r -> all.put(r.id(), r));
        }
        return all;
    }

    @Test
    void whatIsExportedIsImportedToTheLetter() {
        Path db = folder.resolve("db");
        Path other = folder.resolve("other");
        List<List<Object>> ways = List.of(List.of("--jsonl", folder.resolve("x.jsonl")),
                List.of("--csv", folder.resolve("x.csv")),
                List.of("--jsonl", folder.resolve("y.jsonl"), "--vectors", "v=" + folder.resolve("y.npy")),
                List.of("--csv", folder.resolve("z.csv"), "--vectors", "v=" + folder.resolve("z.fvecs")));
        for (int i = 0; i < ways.size(); i++) {
            List<Object> export = new ArrayList<>(List.of("export"));
            export.addAll(ways.get(i));
            assertEquals(0, kith(export.toArray()), out::toString);
            create(other, "w" + i);
            List<Object> load = new ArrayList<>(
                    List.of("import", "--payload", "payload", "--db", other, "--collection", "w" + i));
            load.addAll(ways.get(i));
            assertEquals(0, kith(load.toArray()), out::toString);
            assertEquals(all(db, "words"), all(other, "w" + i), "way " + i);
        }
    }

    @Test
    void badRowsAreWrittenDownAndTheOthersImported() throws IOException {
        Path lines = Files.writeString(folder.resolve("bad.jsonl"), """
                {"id": "d", "v": [1, 2, 3]}
                {"id": "e", "v": [1, 2]}
                not json
                {"id": "f", "v": [1, 2, 3], "n": "many"}
                {"v": [1, 2, 3]}
                {"id": "g", "v": [4, 5, 6]}
                """);
        assertEquals(3, kith("import", "--jsonl", lines), out::toString);
        assertTrue(out.toString().contains("bad.jsonl:"), out.toString());
        Path bad = folder.resolve("bad.txt");
        assertEquals(1, kith("import", "--jsonl", lines, "--bad-rows", bad), out::toString);
        List<String> report = Files.readAllLines(bad);
        assertEquals(4, report.size(), report.toString());
        for (String line : List.of("2", "3", "4", "5")) {
            assertTrue(report.stream().anyMatch(r -> r.contains("bad.jsonl:" + line + "\"")), line + " in " + report);
        }
        assertEquals(List.of("a", "b", "c", "d", "g"), List.copyOf(all(folder.resolve("db"), "words").keySet()));
        Path table = Files.writeString(folder.resolve("bad.csv"), "id,v,n\nh,\"[1,2,3]\",5\ni,\"[1,2,3]\"\nj,\"[1,2\",5\n");
        assertEquals(1, kith("import", "--csv", table, "--bad-rows", bad), out::toString);
        assertEquals(2, Files.readAllLines(bad).size());
        assertEquals(5L, all(folder.resolve("db"), "words").get("h").field("n"));
    }

    private Path many() throws IOException {
        Path lines = folder.resolve("many.jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(lines)) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(String.format(Locale.ROOT, "{\"id\": \"r%d\", \"v\": [%d, 1, %d], \"n\": %d}%n", i, i, i % 7, i));
            }
        }
        return lines;
    }

    @Test
    void aKilledImportGoesOnInLittleMemory() throws IOException, InterruptedException {
        Path lines = many();
        Path bookmark = folder.resolve("bookmark");
        String db = folder.resolve("db").toString();
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "import", "--jsonl", lines.toString(), "--batch",
                "50", "--resume",
                bookmark.toString(), "--db", db);
        Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("child.txt").toFile())
                .start();
        long rows = 0;
        while (rows < ROWS / 10 && child.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(10);
            rows = Files.exists(bookmark) ? Long.parseLong(Files.readAllLines(bookmark).getFirst()) : 0;
        }
        child.destroyForcibly().waitFor();
        assertTrue(rows >= ROWS / 10, () -> "the child ended early: " + read(folder.resolve("child.txt")));
        long kept = Long.parseLong(Files.readAllLines(bookmark).getFirst());
        assertTrue(kept < ROWS, "killed too late to show anything");
        assertEquals(0, kith("import", "--jsonl", lines, "--resume", bookmark), out::toString);
        assertTrue(out.toString().contains(String.format("resumed after %,d rows", kept)), out.toString());
        assertFalse(Files.exists(bookmark));
        try (Database database = Kith.open(folder.resolve("db"))) {
            Collection collection = database.collection("words");
            assertEquals(ROWS + 3L, collection.count());
            assertEquals(ROWS, collection.count(Filter.between("n", 0, ROWS - 1)));
        }
        Files.writeString(bookmark, "5\nsomething else\n");
        assertEquals(2, kith("import", "--jsonl", lines, "--resume", bookmark), out::toString);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void qualityAndDriftAreToldByExitCodes() throws IOException {
        assertEquals(0, kith("import", "--jsonl", many(), "--batch", "5000"), out::toString);
        Path baseline = folder.resolve("baseline.json");
        assertEquals(0, kith("drift", "--save", baseline), out::toString);
        assertEquals(0, kith("drift", "--baseline", baseline, "--json"), out::toString);
        assertTrue(out.toString().contains("\"drifted\":false"), out.toString());
        Path vectors = folder.resolve("queries.jsonl");
        StringBuilder moved = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            moved.append("{\"id\": \"q").append(i).append("\", \"v\": [-1, ").append(i).append(", 0]}\n");
        }
        Files.writeString(vectors, moved);
        create(folder.resolve("queries"), "q");
        assertEquals(0, kith("import", "--jsonl", vectors, "--db", folder.resolve("queries")));
        assertEquals(1, kith("drift", "--baseline", baseline, "--db", folder.resolve("queries")), out::toString);
        assertEquals(1, kith("quality", "--json", "--examples", "2", "--db", folder.resolve("queries")), out::toString);
        assertTrue(out.toString().contains("\"constantDimensions\":[0,2]"), out.toString());
    }
}
