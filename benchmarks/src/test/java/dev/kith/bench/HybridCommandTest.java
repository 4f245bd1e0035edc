package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole command on a tiny set with labels.
class HybridCommandTest {
    @TempDir Path folder;

    @Test
    void wordsThatNameTheRowFindIt() throws IOException {
        Path set = TinySet.write(folder.resolve("tiny"), 60, 8, 3);
        StringBuilder rows = new StringBuilder();
        for (int r = 0; r < 60; r++) {
            rows.append("{\"row\": ").append(r).append(", \"text\": \"number").append(r).append("\", \"words\": [\"w\"]}\n");
        }
        Files.writeString(set.resolve("base.jsonl"), rows);
        Files.writeString(set.resolve("queries.jsonl"), """
                {"kind": "named", "text": "number7 please", "relevant": [7]}
                {"kind": "named", "text": "nothing", "relevant": [3, 4]}
                {"kind": "free", "text": "number1", "relevant": []}
                """);
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        assertEquals(0, line.execute("hybrid", "--dataset", set.toString(), "--metric", "cosine", "--cache",
                folder.resolve("cache").toString()), text::toString);
        assertTrue(text.toString().contains("| 2 named | words | 0.500 | 0.500 |"), text.toString());
        assertTrue(!text.toString().contains("free"), text.toString());
        try (var left = Files.list(folder.resolve("cache").resolve("stores"))) {
            assertEquals(0, left.count(), "the database is left behind");
        }
    }
}
