package dev.kith.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The Java in the guides compiles, runs, and prints what the guides say.
///
/// The Java blocks of a page that says `<!-- run by GuidesTest -->` are one program, from the top to the end of the page, with
/// a variable `folder`: the path of an empty folder. A line that ends in `// -> text` prints that text; all printed lines must be
/// announced so, and all announced be printed, in order. A block after `<!-- not run: reason -->` is left out. A page without
/// the first mark must have the second before each of its blocks. `check(condition)` in a block must hold.
class GuidesTest {
    private static final Path GUIDES = Path.of("../docs/guide");
    private static final String RUN = "<!-- run by GuidesTest -->";
    private static final Pattern BLOCK = Pattern.compile("(<!-- not run: [^>]+ -->\\s*)?```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern PRINTED = Pattern.compile("// -> (.*)$", Pattern.MULTILINE);
    private static final String IMPORTS = """
            import dev.kith.*;
            import dev.kith.Collection;
            import dev.kith.Record;
            import dev.kith.core.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.function.*;
            import java.util.stream.*;
            """;
    private static final String CHECK = """
             static void check(boolean holds) {
              if (!holds) throw new AssertionError("a check of the page does not hold");
             }
            """;

    @TempDir Path scratch;

    /// The program of one page.
    private record Page(String name, String body, List<String> printed) {
        String className() {
            return "Guide_" + name.replaceAll("\\W", "_");
        }

        String source() {
            StringBuilder imports = new StringBuilder(IMPORTS);
            StringBuilder statements = new StringBuilder();
            body.lines().forEach(line -> (line.startsWith("import ") ? imports : statements).append(line).append('\n'));
            return imports + "public class " + className() + " {\n" + CHECK
                    + " public static void main(Path folder) throws Exception {\n"
                    + statements + "}\n}\n";
        }
    }

    private static List<Page> pages() throws Exception {
        List<Page> pages = new ArrayList<>();
        try (Stream<Path> files = Files.list(GUIDES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
                String text = Files.readString(file).replace("\r\n", "\n");
                boolean run = text.contains(RUN);
                StringBuilder body = new StringBuilder();
                Matcher block = BLOCK.matcher(text);
                while (block.find()) {
                    if (block.group(1) == null) {
                        assertTrue(run, file + " has Java that nothing runs: say " + RUN + " or why not");
                        body.append(block.group(2));
                    }
                }
                if (!body.isEmpty()) {
                    List<String> printed = PRINTED.matcher(body).results().map(r -> r.group(1).strip()).toList();
                    pages.add(new Page(file.getFileName().toString().replace(".md", ""), body.toString(), printed));
                }
            }
        }
        return pages;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(Page page) {
            super(URI.create("string:///" + page.className() + ".java"), Kind.SOURCE);
            this.text = page.source();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @TestFactory
    Stream<DynamicTest> theGuidesRun() throws Exception {
        List<Page> pages = pages();
        assertTrue(pages.size() >= 2, "guides are gone: " + pages.size());
        Path classes = Files.createDirectories(scratch.resolve("classes"));
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        boolean compiled = ToolProvider.getSystemJavaCompiler().getTask(null, null, diagnostics,
                List.of("-d", classes.toString(), "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")), null,
                pages.stream().map(Source::new).toList()).call();
        assertTrue(compiled, () -> "the guides do not compile: " + diagnostics.getDiagnostics());
        Map<String, Page> byName = new TreeMap<>();
        pages.forEach(p -> byName.put(p.name(), p));
        return byName.values().stream().map(page -> DynamicTest.dynamicTest(page.name(), () -> run(page, classes)));
    }

    /// The line of the page's program that failed, and where below it.
    private static String where(Page page, Throwable failure) {
        List<StackTraceElement> frames = List.of(failure.getStackTrace());
        String top = frames.isEmpty() ? "?" : frames.getFirst().toString();
        List<String> lines = page.source().lines().toList();
        return frames.stream().filter(f -> f.getClassName().equals(page.className())).findFirst()
                .map(f -> lines.get(f.getLineNumber() - 1).strip() + " (" + top + ")").orElse(top);
    }

    private void run(Page page, Path classes) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve(page.name()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader loader = new URLClassLoader(new URL[]{classes.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            loader.loadClass(page.className()).getMethod("main", Path.class).invoke(null, folder);
        } catch (InvocationTargetException e) {
            // the cause is what the page did; the summary of a build shows only the outermost exception
            throw new AssertionError(page.name() + ".md: " + e.getCause() + " at " + where(page, e.getCause()), e.getCause());
        } finally {
            System.setOut(before);
        }
        List<String> printed = bytes.toString(StandardCharsets.UTF_8).lines().map(String::strip).toList();
        assertEquals(page.printed(), printed, "what " + page.name() + ".md prints");
    }
}
