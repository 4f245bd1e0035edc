package dev.kith.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What only the text of the sources shows.
class SourcesTest {
    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (String module : House.MAY_IMPORT.keySet()) {
            for (Path source : House.sources(module, "main")) {
                Path info = source.resolveSibling("package-info.java");
                if (source.getParent().endsWith("java")) {
                    continue; // a compact source file, in no package
                }
                if (!Files.exists(info)) {
                    wrong.add("no package-info.java in " + House.ROOT.relativize(source.getParent()));
                } else {
                    String text = Files.readString(info);
                    if (!text.contains("@NullMarked") || !text.startsWith("///")) {
                        wrong.add(House.ROOT.relativize(info) + " must start with a /// comment and be @NullMarked");
                    }
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void everyTypeIsDocumented() throws IOException {
        Pattern type = Pattern
                .compile("^public (?:(?:abstract|final|sealed|non-sealed|static) )*(?:class|interface|record|enum|@interface) ");
        Set<String> wrong = new TreeSet<>();
        for (String module : House.MAY_IMPORT.keySet()) {
            for (Path source : House.sources(module, "main")) {
                String[] lines = Files.readString(source).split("\n");
                for (int i = 0; i < lines.length; i++) {
                    if (type.matcher(lines[i]).find()) {
                        int above = i - 1;
                        while (above >= 0 && !lines[above].isBlank() && !lines[above].startsWith("///")) {
                            above--; // annotations
                        }
                        if (above < 0 || !lines[above].startsWith("///")) {
                            wrong.add(House.ROOT.relativize(source) + ":" + (i + 1));
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void theBomNamesEveryLibraryInItsVersion() throws IOException {
        String bom = Files.readString(House.ROOT.resolve("bom/pom.xml"));
        String version = first("<artifactId>kith-parent</artifactId>\\s*<version>([^<]+)</version>",
                House.ROOT.resolve("pom.xml"));
        for (String module : House.MAY_IMPORT.keySet()) {
            if (!List.of("examples", "benchmarks", "torture").contains(module) && !module.endsWith("-example")) {
                String entry = "<artifactId>kith-" + module.substring(module.indexOf('/') + 1) + "</artifactId><version>"
                        + version + "</version>";
                assertTrue(bom.contains(entry), "bom/pom.xml lacks " + entry);
            }
        }
    }

    @Test
    void decisionsAreNumberedOnce() throws IOException {
        Set<String> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(House.ROOT.resolve("docs/decisions"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                assertTrue(name.matches("\\d{4}-[a-z0-9-]+\\.md"), name);
                assertTrue(numbers.add(name.substring(0, 4)), "two decisions have the number of " + name);
            }
        }
        assertTrue(!numbers.isEmpty());
    }

    private static String first(String pattern, Path file) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        assertTrue(matcher.find(), pattern + " in " + file);
        return matcher.group(1);
    }
}
