package dev.kith.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program in the README compiles, runs and finds what it wrote.
class ReadmeTest {
    private static final Pattern PROGRAM = Pattern.compile("<!-- run by ReadmeTest -->\n```java\n(.*?)```", Pattern.DOTALL);

    @TempDir Path scratch;

    @Test
    void theProgramRuns() throws Exception {
        Matcher program = PROGRAM.matcher(Files.readString(Path.of("../README.md")));
        assertTrue(program.find(), "no program in the README");
        Path source = Files.writeString(scratch.resolve("Readme.java"), program.group(1));
        Path output = scratch.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), source.toString()).directory(scratch.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it did not end");
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("n1 0.99") && text.contains("The cat sat on the mat {\"source\": \"cats.pdf\", \"page\": 3}"),
                text);
    }
}
