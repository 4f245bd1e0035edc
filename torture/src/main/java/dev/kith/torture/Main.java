package dev.kith.torture;

import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command line of the tortures: `./kith torture NAME ...`.
@Command(name = "torture", mixinStandardHelpOptions = true, description = "Breaks a database on purpose and checks what is left. Without a name: lists the tortures.")
public final class Main implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int WRONG_INPUT = 2;
    private static final int SKIPPED = 3;
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");
    /// Held, for loggers are weakly referenced. What they tell is mostly of failures made on purpose.
    private static final List<Logger> LOGGERS = List.of(Logger.getLogger("org.apache.lucene"), Logger.getLogger("dev.kith"));

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Which torture, or 'all'.") private @Nullable String name;

    @Option(names = "--for", paramLabel = "TIME", description = "Stop after this time, such as 90s, 10m or 2h.") private @Nullable String time;

    @Option(names = "--count", paramLabel = "N", description = "Stop after this many turns. Default without --for: some seconds' worth.") private @Nullable Long count;

    @Option(names = "--seed", paramLabel = "N", description = "Where everything random comes from; a run prints its own.") private @Nullable Long seed;

    @Option(names = "--folder", paramLabel = "DIR", description = "An existing folder to work in; default the system's temporary one.") private @Nullable Path parent;

    @Option(names = "--violations", paramLabel = "N", defaultValue = "20", description = "End early after this many.") private int violations;

    @Option(names = "--threads", paramLabel = "N", description = "How much to do at once; default the number of processors, at least 2.") private @Nullable Integer threads;

    @Option(names = "--keep", description = "Do not delete the files afterwards.") private boolean keep;

    private Main() {}

    /// Runs a torture; the exit code is 0 if every promise held, 1 if one was broken, 2 for wrong arguments, 3 if skipped.
    public static void main(String[] args) {
        LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (e instanceof IllegalArgumentException) {
                command.getErr().println("torture: " + e.getMessage());
                return WRONG_INPUT;
            }
            e.printStackTrace(command.getErr());
            return BROKEN;
        });
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Map<String, Torture> known = new TreeMap<>(Tortures.all());
        if (name == null) {
            known.forEach((n, torture) -> System.out.println("%-12s %s".formatted(n, torture.about())));
            return 0;
        }
        if (!name.equals("all") && !known.containsKey(name)) {
            throw new IllegalArgumentException("no torture is called '" + name + "'; there are " + known.keySet());
        }
        long start = seed == null ? System.nanoTime() >>> 16 : seed;
        int code = 0;
        for (Map.Entry<String, Torture> entry : known.entrySet()) {
            if (name.equals("all") || name.equals(entry.getKey())) {
                code = Math.max(code, runOne(entry.getKey(), entry.getValue(), start));
            }
        }
        return code;
    }

    private int runOne(String what, Torture torture, long start) throws IOException {
        System.out.println(what + ": " + torture.about());
        Path folder = parent == null ? Files.createTempDirectory("torture-" + what) : Files.createTempDirectory(parent, what);
        Session session = new Session(bounds(torture, start), folder, System.out);
        System.out.println("  seed " + start + ", folder " + folder);
        try {
            torture.run(session);
        } catch (Skipped e) {
            System.out.println(what + ": SKIPPED: " + e.getMessage());
            return SKIPPED;
        } catch (Exception | AssertionError e) {
            session.violation("an exception ended the run: " + trace(e));
        } finally {
            if (!keep) {
                delete(folder);
            }
        }
        Session.Result result = session.result(what);
        System.out.println(result);
        return result.violations().isEmpty() ? 0 : BROKEN;
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private Session.Bounds bounds(Torture torture, long start) {
        long turns = count != null ? count : time != null ? Long.MAX_VALUE : torture.fewTurns();
        int many = threads == null ? Math.max(2, Runtime.getRuntime().availableProcessors()) : threads;
        return new Session.Bounds(turns, time == null ? Duration.ofDays(365) : duration(time), start, violations, many);
    }

    private static Duration duration(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--for wants a number and one of s, m, h, such as 10m; was '" + text + "'");
        }
        long n = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            default -> Duration.ofHours(n);
        };
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
