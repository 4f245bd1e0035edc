package dev.kith.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The programs of the guides that need an integration compile and run; each checks itself what it found.
class IntegrationGuidesTest {
    private static final Path GUIDES = Path.of("../../docs/guide");
    private static final Pattern PROGRAM = Pattern.compile(
            "<!-- not run: IntegrationGuidesTest runs it as (\\w+) -->\n```java\n(.*?)```",
            Pattern.DOTALL);
    @TempDir Path scratch;

    @TestFactory
    Stream<DynamicTest> everyProgramRuns() throws IOException {
        Map<String, String> programs = new TreeMap<>();
        for (String page : new String[]{"langchain4j", "ingestion", "spring-boot", "operations", "migration"}) {
            Matcher program = PROGRAM.matcher(Files.readString(GUIDES.resolve(page + ".md")));
            int before = programs.size();
            while (program.find()) {
                programs.put(program.group(1), program.group(2));
            }
            assertTrue(programs.size() > before, "no program in " + page);
        }
        return programs.entrySet().stream().map(p -> DynamicTest.dynamicTest(p.getKey(), () -> run(p.getKey(), p.getValue())));
    }

    private void run(String name, String program) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(scratch.resolve(name));
        Path source = Files.writeString(folder.resolve(name + ".java"), program);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), source.toString()).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), "it did not end");
        assertEquals(0, process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
