package dev.kith.torture.crash;

import dev.kith.torture.run.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Power cuts under SQLite's command line, to see that the harness sees what a power cut does: with `synchronous=FULL` in WAL
/// mode no acknowledged row may be lost, with `synchronous=NORMAL` rows are, as its manual says.
final class SqliteCuts {
    private final Session session;
    private final LoopDisk disk;
    private final Random random;

    SqliteCuts(Session session, LoopDisk disk) {
        this.session = session;
        this.disk = disk;
        this.random = new Random(session.seed());
    }

    void run(int cuts) throws IOException, InterruptedException {
        if (!onPath("sqlite3") || !onPath("stdbuf")) {
            session.note("NOT CALIBRATED: no sqlite3 (with stdbuf) on the PATH");
            return;
        }
        for (int i = 0; i < cuts; i++) {
            for (String mode : new String[]{"FULL", "NORMAL"}) {
                long lost = lost(mode);
                session.count("calibration: cuts of SQLite, WAL and " + mode, 1);
                session.count("calibration: cuts that lost rows of SQLite, WAL and " + mode, lost > 0 ? 1 : 0);
                session.count("calibration: rows lost by SQLite, WAL and " + mode, lost);
                if (mode.equals("FULL") && lost > 0) {
                    session.violation("the harness or the disk is wrong: SQLite with full syncs lost " + lost + " rows");
                }
            }
        }
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /// Writes rows one by one, cuts, and counts the acknowledged ones that are missing.
    private long lost(String mode) throws IOException, InterruptedException {
        Path file = disk.folder().resolve("calibration.db");
        for (String suffix : new String[]{"", "-wal", "-shm"}) {
            Files.deleteIfExists(disk.folder().resolve("calibration.db" + suffix));
        }
        Process process = new ProcessBuilder("stdbuf", "-oL", "sqlite3", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        AtomicLong last = new AtomicLong();
        Thread reader = Thread.ofPlatform().start(() -> read(process, last));
        Thread writer = Thread.ofPlatform().start(() -> write(process, mode));
        for (int i = 0; last.get() < 20 && i < 600; i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
        long noted = last.get();
        disk.cut();
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
        writer.join();
        disk.restart();
        Process counting = new ProcessBuilder("sqlite3", file.toString(), "SELECT COUNT(*) FROM t WHERE i <= " + noted)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String count = new String(counting.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        counting.waitFor();
        return noted - (count.isEmpty() ? 0 : Long.parseLong(count));
    }

    private static void write(Process process, String mode) {
        try (Writer input = process.outputWriter()) {
            input.write("PRAGMA journal_mode=WAL;\nPRAGMA synchronous=" + mode + ";\n"
                    + "CREATE TABLE t(i INTEGER PRIMARY KEY, pad TEXT);\n");
            for (int i = 1; i < 1_000_000; i++) {
                input.write("INSERT INTO t VALUES(" + i + ", 'some text to fill the row');\nSELECT 'row', " + i + ";\n");
                input.flush();
            }
        } catch (IOException e) {
            // killed, as planned
        }
    }

    private static void read(Process process, AtomicLong last) {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("row|")) {
                    last.set(Long.parseLong(line.substring(4)));
                }
            }
        } catch (IOException e) {
            // killed, as planned
        }
    }
}
