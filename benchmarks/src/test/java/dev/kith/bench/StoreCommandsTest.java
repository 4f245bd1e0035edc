package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Churn and database load on a tiny set: every store really writes, deletes, answers and reopens.
class StoreCommandsTest {
    private static final int ROWS = 800;

    @TempDir Path folder;

    private List<Map<String, String>> run(String command, String engines, String... more) throws IOException {
        Path set = TinySet.write(folder.resolve("tiny"), ROWS, 16, 30);
        Path out = folder.resolve(command + ".csv");
        List<String> arguments = new ArrayList<>(List.of(command, "--dataset", set.toString(), "--metric", "cosine", "--cache",
                folder.resolve("cache").toString(), "--engines", engines, "--heap", "256m", "--ef", "200", "--out",
                out.toString()));
        arguments.addAll(List.of(more));
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        assertEquals(0, line.execute(arguments.toArray(String[]::new)), text.toString());
        List<String> lines = Files.readAllLines(out);
        String[] columns = lines.getFirst().split(",");
        List<Map<String, String>> rows = new ArrayList<>();
        for (String row : lines.subList(1, lines.size())) {
            String[] fields = row.split(",", -1);
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                values.put(columns[i], fields[i]);
            }
            rows.add(values);
        }
        return rows;
    }

    @Test
    void churnJudgesByTheRowsThatLive() throws IOException {
        String stores = "kith-db,lucene-hnsw,hnswlib-java";
        List<Map<String, String>> rows = run("churn", stores, "--cycles", "2", "--share", "0.25");
        assertEquals(6 * stores.split(",").length, rows.size());
        for (Map<String, String> row : rows) {
            assertTrue(Double.parseDouble(row.get("recall")) > 0.9, row.toString());
            assertTrue(Double.parseDouble(row.get("qps")) > 0, row.toString());
            int live = row.get("step").equals("deleted") ? ROWS * 3 / 4 : ROWS;
            assertEquals(live, Integer.parseInt(row.get("live")), row.toString());
        }
    }

    @Test
    void databaseLoadFillsItsColumns() throws IOException {
        String stores = "kith-db,lucene-hnsw";
        List<Map<String, String>> rows = run("db", stores);
        assertEquals(stores.split(",").length, rows.size());
        for (Map<String, String> row : rows) {
            for (String positive : List.of("insert_rows_per_s", "recall_as_is", "qps", "reopen_ms", "first_query_us")) {
                assertTrue(Double.parseDouble(row.get(positive)) > 0, positive + " in " + row);
            }
            assertTrue(Double.parseDouble(row.get("recall")) > 0.9, row.toString());
        }
    }
}
