package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.cli.columns.ArrowRecordWriter;
import dev.kith.cli.columns.Column;
import dev.kith.cli.columns.ParquetRecordWriter;
import dev.kith.cli.columns.RecordWriter;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes out is not what went in, or one bad row takes a million good ones with it.
class TransferTest {
    private static final int ROWS = 5_000;
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
                "n:long", "--field", "t:instant", "--field", "b:boolean", "--text", "body", "--field", "i:integer", "--field",
                "f:float",
                "--field", "d:double", "--field", "u:uuid", "--field", "place:geo_point", "--field", "times:instant[]", "--field",
                "marks:float[]", "--field", "author.name:keyword", "--sparse", "terms", "--multi", "tokens:2:ip", "--db", db),
                out::toString);
    }

    @BeforeEach
    void aCollection() throws IOException {
        create(folder.resolve("db"), "words");
        Path lines = Files.writeString(folder.resolve("words.jsonl"),
                """
                        {"id": "a", "v": [1, 0.1, -2.5], "k": "one, two", "tags": ["x", "\\"y\\""], "n": 9007199254740993, "body": "line\\nbreak \\"q\\"", "page": 3}
                        {"id": "b", "v": [0, 1, 3e-12], "t": "2026-01-02T03:04:05.000000006Z", "b": true, "n": -2}
                        {"id": "c", "v": [7, 8, 9], "k": "Zoë ✓", "body": "plain", "more": {"deep": [1, "s"]}}
                        {"id": "d", "v": [1, 1, 1], "i": -7, "f": 0.1, "d": 1e-300, "u": "123e4567-e89b-12d3-a456-426614174000", "place": [51.5, -0.25], "times": ["1969-12-31T23:59:59.999999999Z", "2262-01-01T00:00:00Z"], "marks": [1.5, -2], "author": {"name": "Ada"}, "terms": {"7": 0.5, "9": -1.25}, "tokens": [[1, 0], [0, 1], [2, 2]]}
                        {"id": "e", "v": [1, 1, 2], "k": "", "tags": [], "n": null, "b": null, "_expires_at": "2261-01-01T00:00:00.000000001Z"}
                        """);
        assertEquals(0, kith("import", "--exported", "--jsonl", lines), out::toString);
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
                List.of("--csv", folder.resolve("z.csv"), "--vectors", "v=" + folder.resolve("z.fvecs")),
                List.of("--parquet", folder.resolve("p.parquet")), List.of("--arrow", folder.resolve("a.arrow")),
                List.of("--arrow", folder.resolve("a.arrows")),
                List.of("--parquet", folder.resolve("q.parquet"), "--vectors", "v=" + folder.resolve("q.npy")));
        for (int i = 0; i < ways.size(); i++) {
            List<Object> export = new ArrayList<>(List.of("export"));
            export.addAll(ways.get(i));
            assertEquals(0, kith(export.toArray()), out::toString);
            create(other, "w" + i);
            List<Object> load = new ArrayList<>(List.of("import", "--exported", "--db", other, "--collection", "w" + i));
            load.addAll(ways.get(i));
            assertEquals(0, kith(load.toArray()), out::toString);
            assertEquals(all(db, "words"), all(other, "w" + i), "way " + i);
        }
    }

    @Test
    void badRowsAreWrittenDownAndTheOthersImported() throws IOException {
        Path lines = Files.writeString(folder.resolve("bad.jsonl"), """
                {"id": "h1", "v": [1, 2, 3]}
                {"id": "h2", "v": [1, 2]}
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
        assertEquals(List.of("a", "b", "c", "d", "e", "g", "h1"), List.copyOf(all(folder.resolve("db"), "words").keySet()));
        Path table = Files.writeString(folder.resolve("bad.csv"), "id,v,n\nh,\"[1,2,3]\",5\ni,\"[1,2,3]\"\nj,\"[1,2\",5\n");
        assertEquals(1, kith("import", "--csv", table, "--bad-rows", bad), out::toString);
        assertEquals(2, Files.readAllLines(bad).size());
        assertEquals(5L, all(folder.resolve("db"), "words").get("h").field("n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--parquet", "--arrow"})
    void badRowsOfColumnsAreWrittenDown(String form) throws IOException {
        Path file = folder.resolve("bad" + form);
        List<Column> columns = List.of(Column.of("id", Column.Kind.TEXT), Column.of("v", Column.Kind.FLOAT32).list(),
                Column.of("n", Column.Kind.TEXT));
        try (RecordWriter writer = form.equals("--parquet")
                ? ParquetRecordWriter.create(file, columns)
                : ArrowRecordWriter.create(file, columns)) {
            writer.add(List.of("x", new float[]{1, 2, 3}, "5"));
            writer.add(Arrays.asList("y", new float[]{1, 2, 3}, null));
            writer.add(Arrays.asList("z", new float[]{1, 2}, null));
            writer.add(Arrays.asList(null, new float[]{1, 2, 3}, null));
            writer.add(Arrays.asList("w", null, null));
            writer.add(Arrays.asList("v", new float[]{4, 5, 6}, null));
        }
        Path bad = folder.resolve("bad.txt");
        assertEquals(1, kith("import", form, file, "--bad-rows", bad), out::toString);
        List<String> report = Files.readAllLines(bad);
        assertEquals(4, report.size(), report.toString());
        for (int row : new int[]{0, 2, 3, 4}) {
            assertTrue(report.stream().anyMatch(r -> r.contains(": row " + row + "\"")), row + " in " + report);
        }
        assertEquals(List.of("a", "b", "c", "d", "e", "v", "y"), List.copyOf(all(folder.resolve("db"), "words").keySet()));
    }

    @Test
    void vectorsComeFromHdf5() throws IOException {
        float[][] vectors = new float[3_000][3];
        int[][] whole = new int[3_000][3];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = new float[]{i, 0.25f * i, -i};
            whole[i] = new int[]{i, -i, 7};
        }
        Path file = folder.resolve("set.hdf5");
        try (WritableHdfFile writable = HdfFile.write(file)) {
            writable.putDataset("train", vectors);
            writable.putDataset("whole", whole);
            writable.putDataset("flat", new float[]{1, 2});
        }
        create(folder.resolve("h"), "floats");
        assertEquals(0, kith("import", "--db", folder.resolve("h"), "--vectors", "v=" + file + "#train"), out::toString);
        Map<String, Record> floats = all(folder.resolve("h"), "floats");
        assertEquals(3_000, floats.size());
        for (int i : new int[]{0, 1_023, 1_024, 2_999}) {
            assertArrayEquals(vectors[i], floats.get(Integer.toString(i)).vector("v"));
        }
        create(folder.resolve("h"), "whole");
        assertEquals(0, kith("import", "--db", folder.resolve("h"), "-c", "whole", "--vectors", "v=" + file + "#whole"),
                out::toString);
        assertArrayEquals(new float[]{2_999, -2_999, 7}, all(folder.resolve("h"), "whole").get("2999").vector("v"));
        for (String wrong : List.of("#absent", "#flat", "")) {
            assertEquals(3, kith("import", "--db", folder.resolve("h"), "-c", "whole", "--vectors", "v=" + file + wrong));
            assertTrue(out.toString().contains("set.hdf5"), out.toString());
        }
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
