package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The trials of the database on a tiny set: they really write and search, and judge by the truth.
class TrialCommandsTest {
    @TempDir Path folder;

    private String run(String command, String... more) throws IOException {
        Path set = TinySet.write(folder.resolve("tiny"), 800, 16, 30);
        List<String> arguments = new ArrayList<>(List.of(command, "--dataset", set.toString(), "--metric", "cosine", "--cache",
                folder.resolve("cache").toString()));
        arguments.addAll(List.of(more));
        StringWriter text = new StringWriter();
        CommandLineRun line = new CommandLineRun(new PrintWriter(text));
        assertEquals(0, line.execute(arguments), text.toString());
        return text.toString();
    }

    private record CommandLineRun(PrintWriter out) {
        int execute(List<String> arguments) {
            var line = Main.commandLine();
            line.setOut(out);
            line.setErr(out);
            return line.execute(arguments.toArray(String[]::new));
        }
    }

    @Test
    void searchesUnderIngestMissNothingAcknowledged() throws IOException {
        String said = run("ingest", "--per-second", "500", "--batch", "50", "--seconds", "2", "--quiet-seconds", "1");
        assertTrue(said.contains(" 0 missing from the search"), said);
        assertTrue(said.contains("settled from"), said);
    }

    @Test
    void recallIsJudgedForEachThatWasAsked() throws IOException {
        List<String> lines = run("recall", "--learn-seconds", "1").lines().filter(line -> line.startsWith("| tiny")).toList();
        assertEquals(3, lines.size(), lines.toString());
        for (String line : lines) {
            double recall = Double.parseDouble(line.split("\\|")[4].strip());
            assertTrue(recall > 0.999, "800 rows are scanned exactly: " + line); // too few for a graph
        }
    }

    @Test
    void aBudgetIsLookedAtFromOutside() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells the private memory of a process");
        String said = run("memory", "--budget-mib", "64", "--seconds", "1");
        assertTrue(said.contains("given up: nothing") && said.contains(": kept"), said);
    }

    @Test
    void aGraphThatKeepsLinksIsAsGoodAsOneBuiltAnew() throws IOException {
        List<String> lines = run("merge", "--shares", "0.5,0.9").lines().filter(line -> line.contains(" of 800 |")).toList();
        assertEquals(2, lines.size(), lines.toString());
        for (String line : lines) {
            double anew = Double.parseDouble(line.split("\\|")[5].strip());
            double onIt = Double.parseDouble(line.split("\\|")[6].strip());
            assertTrue(anew > 0.95 && onIt > anew - 0.02, line);
        }
    }

    @Test
    void everyKindOfWriteIsMeasured() throws IOException {
        String said = run("writes", "--rounds", "2", "--millis", "60", "--writers", "3");
        for (String kind : List.of("| bare index,", "| database, synced batches of 500,", "| syncs of a file", "| one writer,",
                "| 3 writers,")) {
            String line = said.lines().filter(l -> l.startsWith(kind)).findFirst().orElseThrow(() -> new AssertionError(said));
            assertTrue(Double.parseDouble(line.split("\\|")[2].strip().replace(",", "")) > 0, line);
        }
    }
}
