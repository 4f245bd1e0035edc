package dev.kith.torture.damage;

import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The parsers of the torture `fuzz` under Jazzer, which watches what code an input reaches and goes on from those that reach new
/// code. Slower than `fuzz`, and it finds the branches that no sample takes. What it learns about a parser is kept for that
/// parser's later turns. A turn is a process that tries 20,000 inputs on one parser.
public final class Guided implements Torture {
    private static final int INPUTS_OF_A_TURN = 20_000;
    private static final long MOST_MINUTES = 20;
    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Pattern REACHED = Pattern.compile("cov: (\\d+) ft: (\\d+)");

    @Override
    public String about() {
        return "Jazzer, guided by the code that inputs reach, on every parser: taken, or refused as documented";
    }

    @Override
    public long fewTurns() {
        return 12;
    }

    @Override
    public void run(Session session) throws Exception {
        ensureRunnable();
        List<Parsers.Target> targets = Parsers.all(new Random(session.seed()));
        for (Parsers.Target target : targets) {
            Path corpus = corpus(session, target);
            for (int i = 0; i < target.samples().size(); i++) {
                Files.write(corpus.resolve("sample" + i), target.samples().get(i));
            }
        }
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            one(session, targets.get((int) ((session.seed() + turn) % targets.size())), turn);
        }
    }

    private static void ensureRunnable() throws Skipped {
        String system = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
        if (!system.matches("(Linux|Windows.*) (amd64|x86_64)|Mac.*")) {
            throw new Skipped("Jazzer has no native library for " + system);
        }
        try {
            Class.forName(JAZZER, false, Guided.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new Skipped("Jazzer is not on the class path");
        }
    }

    private static Path corpus(Session session, Parsers.Target target) throws IOException {
        return Files.createDirectories(session.folder().resolve("corpus-" + target.name().replace(' ', '-')));
    }

    private static void one(Session session, Parsers.Target target, long turn) throws IOException, InterruptedException {
        Path log = session.folder().resolve("output");
        Path findings = Files.createDirectories(session.folder().resolve("findings"));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+EnableDynamicAgentLoading", "-XX:+UseSerialGC", "-Xmx512m",
                "-D" + GuidedTarget.PROPERTY + "=" + target.name(), "-cp", System.getProperty("java.class.path"), JAZZER,
                "--target_class=" + GuidedTarget.class.getName(), "--instrumentation_includes=dev.kith.**",
                "--reproducer_path=" + findings, corpus(session, target).toString(), "-runs=" + INPUTS_OF_A_TURN,
                "-seed=" + (1 + Math.floorMod(session.seed() + turn, 1_000_000_000L)), "-max_len=4096", "-timeout=60",
                "-print_final_stats=1", "-artifact_prefix=" + findings + "/"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(log, StandardCharsets.ISO_8859_1);
        Matcher executed = EXECUTED.matcher(output);
        if (!ended || process.exitValue() != 0 || !executed.find()) {
            session.violation(target.name() + ": Jazzer ended with " + (ended ? process.exitValue() : "no answer") + ": "
                    + output.substring(Math.max(0, output.length() - 4_000)));
            return;
        }
        session.count(target.name() + ": inputs", Long.parseLong(executed.group(1)));
        Matcher reached = REACHED.matcher(output);
        while (reached.find()) {
            session.peak(String.format(Locale.ROOT, "%s: branches reached", target.name()), Long.parseLong(reached.group(1)));
        }
    }
}
