package dev.kith.cli.demo;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// Kills a writing child process with SIGKILL and compares what was acknowledged with what the next open finds.
final class CrashDemo {
    static final String COLLECTION = "crash";

    private final Path folder;
    private final PrintWriter out;

    CrashDemo(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    boolean run(int kills, long seed) throws IOException, InterruptedException {
        out.println("\nKilled with -9 while writing:");
        if (Files.exists(folder)) {
            DemoCommand.deleteTree(folder);
        }
        try (Database database = Kith.open(folder)) {
            database.createCollection(COLLECTION, Schema.builder().vector("v", 4, Metric.SQUARED_L2).integer("batch").build());
        }
        Random random = new Random(seed);
        int next = 0;
        boolean whole = true;
        for (int kill = 1; kill <= kills; kill++) {
            int acknowledged = writeUntilKilled(next, 30 + random.nextInt(100), random.nextInt(20));
            int found = check(kill, acknowledged);
            whole &= found >= 0;
            next = Math.max(acknowledged, found - 1) + 1;
        }
        DemoCommand.deleteTree(folder);
        return whole;
    }

    /// Returns the number of the last batch that the child said was acknowledged.
    private int writeUntilKilled(int first, int batches, int millis) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child = new ProcessBuilder(List.of(java, "-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "dev.kith.cli.Main",
                "demo-writer",
                folder.toString(), Integer.toString(first))).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        int acknowledged = first - 1;
        boolean killed = false;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("acknowledged ")) {
                    acknowledged = Integer.parseInt(line.substring("acknowledged ".length()));
                }
                if (!killed && acknowledged - first >= batches) {
                    Thread.sleep(millis);
                    child.toHandle().destroyForcibly(); // through the handle: the pipe must stay readable to the end
                    killed = true;
                }
            }
        }
        int exit = child.waitFor();
        if (!killed) {
            throw new IOException("the writing process ended by itself with exit code " + exit);
        }
        return acknowledged;
    }

    /// Returns how many batches are there, or -1 if something acknowledged is missing or something is there that never was.
    private int check(int kill, int acknowledged) {
        try (Database database = Kith.open(folder)) {
            Collection collection = database.collection(COLLECTION);
            int batches = (int) (collection.count() / DemoWriterCommand.BATCH);
            int lost = 0;
            for (int batch = 0; batch <= acknowledged; batch++) {
                for (Record expected : DemoWriterCommand.batch(batch)) {
                    lost += Objects.equals(collection.get(expected.id()), expected) ? 0 : 1;
                }
            }
            // one batch may have been on disk and not yet acknowledged when the process died; a part of a batch never
            boolean phantom = batches > acknowledged + 2 || collection.count() % DemoWriterCommand.BATCH != 0;
            CollectionStats.Recovery recovery = collection.stats().recovery();
            out.printf(
                    "  kill %d: %,d records acknowledged, %,d found, %d lost, %s; recovered %,d writes from the log in %.0f ms%n",
                    kill,
                    (acknowledged + 1L) * DemoWriterCommand.BATCH, collection.count(), lost,
                    phantom ? "SOMETHING IS THERE THAT NEVER WAS WRITTEN" : "no half batch", recovery.operations(),
                    recovery.elapsedNanos() / 1e6);
            return lost == 0 && !phantom ? batches : -1;
        }
    }
}
