package dev.kith.torture.kit;

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

/// Starts Java processes that run classes of this program, quickly: folders of classes are packed into jars, because only from
/// jars can the JVM keep an archive of loaded classes, which halves the time to start.
public final class Children {
    private static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xlog:disable",
            "-Xlog:all=warning:stderr");
    private final List<String> classPath;
    private final Path archive;

    private Children(List<String> classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /// Packs the classes and runs `main` once, to its end, to see which classes it loads.
    public static Children rehearsed(Path folder, Class<?> main, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                path = pack(path, folder.resolve("classes" + entries.size() + ".jar"));
            }
            if (Files.exists(path)) {
                entries.add(path.toAbsolutePath().toString());
            }
        }
        Children children = new Children(entries, folder.resolve("classes.jsa"));
        Process rehearsal = children.start("-XX:ArchiveClassesAtExit=" + children.archive, List.of(), main.getName(), arguments)
                .redirectErrorStream(true).start();
        String output = new String(rehearsal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (rehearsal.waitFor() != 0) {
            throw new IOException("the rehearsal of " + main + " failed: " + output);
        }
        return children;
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
    public ProcessBuilder start(Class<?> main, String... arguments) {
        return start("-XX:SharedArchiveFile=" + archive, List.of(), main.getName(), arguments);
    }

    /// A process that runs `main`, a class by its name, with classes of a folder in place of those of the same name.
    public ProcessBuilder startWith(Path replacements, String main, String... arguments) {
        return start("-Xshare:auto", List.of(replacements.toAbsolutePath().toString()), main, arguments);
    }

    /// The command line of a process that runs `main`, to be put behind another program's.
    public List<String> command(Class<?> main, String... arguments) {
        return start(main, arguments).command();
    }

    private ProcessBuilder start(String flag, List<String> first, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(FLAGS);
        List<String> path = new ArrayList<>(first);
        path.addAll(classPath);
        command.addAll(List.of(flag, "-cp", String.join(File.pathSeparator, path), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
