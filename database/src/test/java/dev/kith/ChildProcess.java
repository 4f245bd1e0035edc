package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Starts Java processes that run the classes under test, quickly: folders of classes are packed into jars, because only from
/// jars can the JVM keep an archive of loaded classes, which halves the time to start.
final class ChildProcess {
    private static final String[] FLAGS = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"};
    private final String classPath;
    private final Path archive;

    private ChildProcess(String classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /// Packs the classes and runs `main` once, to its end, to see which classes it loads.
    static ChildProcess rehearsed(Path folder, Class<?> main, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                path = pack(path, folder.resolve("classes" + entries.size() + ".jar"));
            }
            if (Files.exists(path)) {
                entries.add(path.toString());
            }
        }
        ChildProcess child = new ChildProcess(String.join(File.pathSeparator, entries), folder.resolve("classes.jsa"));
        Process rehearsal = child.start("-XX:ArchiveClassesAtExit=" + child.archive, main, arguments).redirectErrorStream(true)
                .start();
        String output = new String(rehearsal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, rehearsal.waitFor(), output);
        return child;
    }

    private static Path pack(Path directory, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, zip);
                zip.closeEntry();
            }
        }
        return jar;
    }

    /// A process that runs `main`.
    ProcessBuilder start(Class<?> main, String... arguments) {
        return start("-XX:SharedArchiveFile=" + archive, main, arguments);
    }

    private ProcessBuilder start(String flag, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(FLAGS));
        command.addAll(List.of(flag, "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
