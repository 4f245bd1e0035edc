package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.shell.jline3.PicocliJLineCompleter;

/// The shell does not run what is typed, forgets it, or completes what is not there.
class ShellTest {
    @TempDir Path folder;

    @Test
    void linesAreCommandsAndAreRemembered() throws IOException, InterruptedException {
        Path history = folder.resolve("history");
        Process shell = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "shell", "--db", folder.resolve("db").toString(),
                "--history",
                history.toString()).redirectErrorStream(true).start();
        shell.getOutputStream()
                .write("""
                        create words --vector v:2:cosine --field lang:keyword

                        stats --json
                        filter --collection words "lang != 'create'"
                        nonsense
                        exit
                        """.getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Main.WRONG_INPUT, shell.waitFor(), output);
        assertTrue(output.contains("\"collection\":\"words\"") && output.contains("nonsense"), output);
        assertTrue(output.contains("0  lang != 'create'") || output.contains("0  not lang = 'create'"), output);
        assertTrue(Files.readString(history).contains("create words"), "history");
    }

    @Test
    void commandsAndOptionsAreCompleted() {
        assertTrue(completions("se").contains("search"));
        assertTrue(completions("import --bad").contains("--bad-rows"));
    }

    private static List<String> completions(String line) {
        ParsedLine parsed = new DefaultParser().parse(line, line.length(), org.jline.reader.Parser.ParseContext.COMPLETE);
        List<Candidate> candidates = new ArrayList<>();
        new PicocliJLineCompleter(Main.commandLine().getCommandSpec()).complete(null, parsed, candidates);
        return candidates.stream().map(c -> c.value().trim()).toList();
    }
}
