package dev.kith.bench.trial;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.WorkerFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Runs [MemoryWorker] with a heap of half of a budget and reads its private memory from outside, where the operating system tells it
/// (Linux): resident anonymous pages, which are the heap, native allocations and what the JVM needs for itself.
public final class MemoryTrial {
    /// What the JVM is allowed for itself: classes, compiled code, compilers at work (which take most where SIMD code is compiled),
    /// tables of the collector, the tracking that tells all this, stacks, and what malloc keeps.
    public static final long JVM_BASE = 224L << 20;

    private final VectorSet set;
    private final PrintWriter out;

    /// @param set whose rows are loaded
    public MemoryTrial(VectorSet set, PrintWriter out) {
        this.set = set;
        this.out = out;
    }

    /// Runs it in an empty folder; returns whether the budget was kept.
    ///
    /// @param budget bytes
    /// @param seconds of searching
    public boolean run(Path folder, long budget, int seconds) throws IOException, InterruptedException {
        long heap = budget / 2;
        Path errors = folder.resolveSibling(folder.getFileName() + ".log");
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx" + heap, "-XX:NativeMemoryTracking=summary", "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), MemoryWorker.class.getName(),
                set.folder().toString(), folder.toString(), Long.toString(budget), Integer.toString(seconds)))
                .redirectError(errors.toFile()).start();
        Looking looking = new Looking(process);
        looking.thread.start();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.equals(MemoryWorker.DONE)) {
                    looking.stopped = true;
                } else {
                    out.println("  " + line);
                    out.flush();
                }
            }
            if (process.waitFor() != 0) {
                throw new WorkerFailedException("exit code " + process.exitValue() + ", see " + errors);
            }
        } finally {
            process.destroyForcibly();
            looking.stopped = true;
        }
        looking.thread.join();
        boolean kept = looking.most <= budget + JVM_BASE;
        out.println(String.format(Locale.ROOT,
                "budget %d MiB, heap limit %d MiB: private memory at the most %d MiB (%d looks), allowed %d MiB with %d for the JVM: %s",
                budget >> 20, heap >> 20, looking.most >> 20, looking.looks, (budget + JVM_BASE) >> 20, JVM_BASE >> 20,
                kept ? "kept" : "EXCEEDED"));
        out.flush();
        return kept;
    }

    private static final class Looking {
        final Thread thread;
        volatile boolean stopped;
        long most;
        long looks;

        Looking(Process process) {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            if (!Files.exists(status)) {
                process.destroyForcibly();
                throw new IllegalStateException("only Linux tells the private memory of a process");
            }
            thread = Thread.ofPlatform().daemon().unstarted(() -> {
                while (!stopped && process.isAlive()) {
                    look(status);
                    try {
                        Thread.sleep(10);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
        }

        private void look(Path status) {
            try {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("RssAnon:")) {
                        most = Math.max(most, Long.parseLong(line.replaceAll("\\D+", "")) * 1024);
                        looks++;
                    }
                }
            } catch (IOException e) {
                stopped = true; // the process has ended
            }
        }
    }
}
