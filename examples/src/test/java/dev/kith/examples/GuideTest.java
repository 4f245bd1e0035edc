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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every guide page that says so is a program: its Java blocks, one after the other, compile and run. `check(condition)` in a block
/// must hold.
class GuideTest {
    private static final Path GUIDES = Path.of("../docs/guide");
    private static final String MARK = "<!-- run by GuideTest -->";
    private static final Pattern BLOCK = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final String CHECK = """
            static void check(boolean holds) {
                if (!holds) {
                    throw new AssertionError("a check of the page does not hold");
                }
            }
            """;

    @TempDir Path scratch;

    @TestFactory
    List<DynamicTest> everyPageRuns() throws IOException {
        List<Path> pages;
        try (Stream<Path> all = Files.list(GUIDES)) {
            pages = all.filter(page -> page.toString().endsWith(".md")).sorted().toList();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages) {
            String text = Files.readString(page);
            if (text.contains(MARK)) {
                tests.add(DynamicTest.dynamicTest(page.getFileName().toString(), () -> run(page, program(text))));
            }
        }
        assertTrue(!tests.isEmpty(), "no page in " + GUIDES.toAbsolutePath());
        return tests;
    }

    private static String program(String page) {
        StringBuilder imports = new StringBuilder();
        StringBuilder body = new StringBuilder();
        Matcher blocks = BLOCK.matcher(page);
        while (blocks.find()) {
            blocks.group(1).lines().forEach(line -> (line.startsWith("import ") ? imports : body).append(line).append('\n'));
        }
        assertTrue(!body.isEmpty(), "a page without Java");
        return imports + CHECK + "void main() throws Exception {\n" + body + "}\n";
    }

    private void run(Path page, String program) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve(page.getFileName().toString()));
        Path source = Files.writeString(folder.resolve("Guide.java"), program);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), source.toString()).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), "it did not end");
        String numbered = program.lines().collect(Collectors.joining("\n"));
        assertEquals(0, process.exitValue(), () -> read(output) + "\n" + numbered);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
