package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole road of `bench cold` on a tiny set, a process for each start; by CPU time, so that a busy machine changes nothing.
class ColdCommandTest {
    @TempDir Path folder;

    private record Run(int exit, String text) {}

    private Run run(String... more) throws Exception {
        Path set = TinySet.write(folder.resolve("tiny"), 1500, 24, 60);
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        List<String> arguments = new java.util.ArrayList<>(List.of("cold", "--dataset", set.toString(), "--metric", "cosine",
                "--cache", folder.resolve("cache").toString(), "--heap", "256m", "--clock", "cpu", "--seconds", "1.8"));
        arguments.addAll(List.of(more));
        int exit = line.execute(arguments.toArray(String[]::new));
        return new Run(exit, text.toString());
    }

    @Test
    void everyEngineAnswersRightFromItsFirstQueryOn() throws Exception {
        Path out = folder.resolve("out.csv");
        Path windows = folder.resolve("windows.csv");
        Run run = run("--engines", "kith-hnsw,lucene-hnsw", "--rounds", "2", "--settings", "lucene-hnsw=64", "--keep-pages",
                "--out",
                out.toString(), "--windows", windows.toString());
        assertEquals(0, run.exit, run.text);
        List<String> lines = Files.readAllLines(out);
        assertEquals(3, lines.size(), lines.toString());
        for (String line : lines.subList(1, 3)) {
            String[] fields = line.split(",", -1);
            assertTrue(run.text.contains("| " + fields[0] + " | " + fields[1] + " | " + fields[2]), run.text);
            assertTrue(Double.parseDouble(fields[2]) >= 0.9, "recall of the first pass: " + line);
            assertEquals(List.of("2", "cpu", "no"), List.of(fields).subList(3, 6), line);
            double open = Double.parseDouble(fields[6]);
            double answer = Double.parseDouble(fields[8]);
            assertTrue(open > 0 && answer > open && Double.parseDouble(fields[7]) > 0, line);
            assertTrue(Double.parseDouble(fields[10]) > 0 && Double.parseDouble(fields[13]) > 0, line);
            assertEquals("", fields[12], "it was not asked for 5 s: " + line);
        }
        assertTrue(lines.get(2).startsWith("lucene-hnsw,ef=64,"), "the setting that was given: " + lines);
        List<String> speeds = Files.readAllLines(windows);
        assertTrue(speeds.stream().anyMatch(s -> s.startsWith("kith-hnsw,2,1.000,")),
                "the eleventh window of the second round: " + speeds);
    }

    @Test
    void wrongArgumentsAreToldWithoutATrace() throws Exception {
        for (List<String> wrong : List.of(List.of("--engines", "kith-hnsw", "--settings", "lucene-hnsw=64"),
                List.of("--engines", "nonesuch"), List.of("--recall", "1.5"), List.of("--seconds", "0.1"))) {
            Run run = run(wrong.toArray(String[]::new));
            assertTrue(run.exit == 2 && !run.text.contains("\tat "), run.text);
        }
        Run never = run("--engines", "kith-hnsw", "--recall", "0");
        assertTrue(never.exit == 2 && never.text.contains("recall"), never.text);
    }
}
