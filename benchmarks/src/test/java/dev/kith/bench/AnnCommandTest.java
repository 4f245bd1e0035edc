package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.bench.report.Column;
import dev.kith.bench.report.ResultsCsv;
import dev.kith.bench.report.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole road of `bench ann` on a tiny set, engines in processes of their own.
class AnnCommandTest {
    @TempDir Path folder;

    private record Run(int exit, String text) {}

    private static Run run(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        int exit = line.execute(arguments);
        return new Run(exit, text.toString());
    }

    @Test
    void measuresEnginesInTheirOwnProcessesAndFillsTheColumns() throws Exception {
        Path set = TinySet.write(folder.resolve("tiny"), 1500, 24, 60);
        Path external = folder.resolve("external.csv");
        Files.writeString(external, "engine,dataset,recall,qps\nelsewhere,tiny,0.95,1234\nelsewhere,another,0.95,1\n");
        Path out = folder.resolve("out.csv");
        Run run = run("ann", "--dataset", set.toString(), "--metric", "cosine", "--cache", folder.resolve("cache").toString(),
                "--engines", "kith-hnsw,lucene-hnsw", "--rounds", "1", "--seconds", "0.02", "--warm-seconds", "0.2", "--heap",
                "256m", "--external", external.toString(), "--out", out.toString(), "--filters", "random:10", "--html",
                folder.resolve("report.html").toString(), "--pictures", folder.resolve("pictures").toString());
        assertEquals(0, run.exit, run.text);
        List<Row> rows = ResultsCsv.read(out);
        Set<String> engines = rows.stream().map(r -> r.text(Column.ENGINE)).collect(Collectors.toSet());
        assertEquals(Set.of("kith-hnsw", "lucene-hnsw", "elsewhere"), engines);
        for (Row row : rows) {
            if (row.text(Column.SOURCE).equals("measured")) {
                assertMeasured(row);
            }
        }
        assertTrue(rows.stream().anyMatch(r -> r.text(Column.ENGINE).equals("kith-hnsw") && r.number(Column.RECALL) > 0.9),
                run.text);
        assertEquals(Set.of("", "random 10%"),
                rows.stream().filter(r -> r.text(Column.SOURCE).equals("measured")).map(r -> r.text(Column.FILTER))
                        .collect(Collectors.toSet()));
        String html = Files.readString(folder.resolve("report.html"));
        assertTrue(html.contains("<svg") && html.contains("lucene-hnsw") && !html.contains("<script") && !html.contains("NaN"),
                "the report has pictures and stands alone");
        assertTrue(Files.size(folder.resolve("pictures/recall-tiny.png")) > 5000);
        assertTrue(run.text.contains("kith-hnsw / lucene-hnsw") && run.text.contains("kith-hnsw / elsewhere"), run.text);
        Run again = run("ann", "--dataset", set.toString(), "--metric", "cosine", "--cache", folder.resolve("cache").toString(),
                "--render", "--merge", out.toString());
        assertEquals(0, again.exit, again.text);
        assertTrue(run.text.endsWith(again.text.substring(again.text.indexOf('|'))),
                "the same tables without measuring: " + again.text);
    }

    private static void assertMeasured(Row row) {
        assertEquals("tiny", row.text(Column.DATASET));
        assertEquals("cosine", row.text(Column.METRIC));
        assertEquals(30, row.number(Column.QUERIES), "half of the queries is reported");
        for (Column positive : List.of(Column.RECALL, Column.QPS, Column.QPS_WALL, Column.P50_US, Column.P95_US, Column.P99_US,
                Column.BUILD_S, Column.BUILD_CPU_S, Column.INDEX_BYTES, Column.HEAP_BYTES,
                Column.OPEN_MS, Column.FIRST_QUERY_US, Column.WARMUP_S)) {
            assertTrue(row.number(positive) > 0, row.text(Column.ENGINE) + " " + positive + " is " + row.text(positive));
        }
        assertTrue(row.number(Column.RECALL) <= 1);
        boolean counted = row.text(Column.FILTER).isEmpty() || row.text(Column.ENGINE).startsWith("kith");
        assertEquals(counted, row.number(Column.DISTANCES_PER_QUERY) > 0, "Lucene's filtered query does not tell its distances");
        assertTrue(row.number(Column.P50_US) <= row.number(Column.P99_US));
    }

    @Test
    void wrongArgumentsAreToldWithoutATrace() {
        Run unknown = run("ann", "--dataset", folder.toString(), "--engines", "nonesuch");
        assertTrue(unknown.exit != 0 && !unknown.text.contains("\tat "), unknown.text);
        Run empty = run("ann", "--dataset", folder.toString(), "--cache", folder.resolve("cache").toString());
        assertTrue(empty.exit == 1 && empty.text.contains("base.*"), empty.text);
        Run none = run("ann");
        assertTrue(none.exit == 2 && none.text.contains("--dataset"), none.text);
    }
}
