package dev.kith.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every example runs as the program a reader would start, and prints what it promises.
class ExamplesTest {
    @TempDir Path scratch;

    private String run(String example, String... arguments) throws IOException, InterruptedException {
        Path output = scratch.resolve(example + ".txt");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + scratch, "-cp",
                System.getProperty("java.class.path"), example));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), example + " did not end");
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    @Test
    void quickStart() throws Exception {
        String text = run("QuickStart");
        assertTrue(text.indexOf("cat  score 0.99") < text.indexOf("dog  score 0.98"), text);
        assertTrue(!text.contains("wolf  score") && text.contains("2 left, cat is null"), text);
    }

    @Test
    void rawIndex() throws Exception {
        String text = run("RawIndex");
        assertTrue(
                text.contains("ordinal 4711  squared distance 0.0099") || text.contains("ordinal 4711  squared distance 0.0100"),
                text);
    }

    @Test
    void ragWithLocalModel() throws Exception {
        String text = run("RagWithLocalModel", "../docs/decisions", "What do users see as a score of a search hit?");
        assertTrue(text.contains("[0002-scores.md]"), text);
    }
}
