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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Runs [MemoryWorker] under a budget and reads its private memory from outside, where the operating system tells it (Linux): resident
/// anonymous pages, which are the heap, native allocations and what the JVM needs for itself.
///
/// What the JVM needs for itself is measured too, by the same process with next to no data: its heap is touched whole before it begins, so
/// that what is left, without heap and native allocations, is classes, compiled code, compilers at work, tables of the collector,
/// stacks, and what malloc keeps.
public final class MemoryTrial {
    /// Rows of the process that shows what the JVM takes: enough for everything to be compiled that a load compiles.
    private static final int BASE_ROWS = 15_000;

    private final VectorSet set;
    private final PrintWriter out;

    /// @param set whose rows are loaded
    public MemoryTrial(VectorSet set, PrintWriter out) {
        this.set = set;
        this.out = out;
    }

    /// What a process is told.
    ///
    /// @param rows that it loads
    /// @param seconds of searching
    /// @param touched whether its heap is touched whole before it begins
    private record Work(int rows, long budget, int seconds, boolean touched) {}

    /// What was seen.
    ///
    /// @param privateBytes resident anonymous memory at the most, from outside
    /// @param nativeBytes native allocations of Java code at the most, as the JVM tracks them
    private record Seen(long privateBytes, long nativeBytes, long looks) {}

    /// The heap that a budget leaves room for: native allocations may take the rest.
    static long heapBytes(long budget) {
        return budget / 2;
    }

    /// Runs it in an empty folder; returns whether the budget was kept.
    ///
    /// @param budget bytes
    /// @param seconds of searching
    public boolean run(Path folder, long budget, int seconds) throws IOException, InterruptedException {
        out.println("the JVM with next to no data:");
        int few = Math.min(BASE_ROWS, set.rows());
        Seen base = look(folder.resolveSibling(folder.getFileName() + "-base"), new Work(few, budget, seconds, true));
        long jvm = base.privateBytes() - heapBytes(budget) - base.nativeBytes();
        say("private memory at the most %d MiB, heap %d MiB, native allocations at the most %d MiB: %d MiB for the JVM itself",
                base.privateBytes() >> 20, heapBytes(budget) >> 20, base.nativeBytes() >> 20, jvm >> 20);
        out.println("the load:");
        Seen load = look(folder, new Work(set.rows(), budget, seconds, false));
        long counted = heapBytes(budget) + load.nativeBytes();
        boolean kept = counted <= budget && load.privateBytes() <= budget + jvm;
        say("budget %d MiB: heap limit %d MiB and native allocations %d MiB are %d MiB; private memory at the most %d MiB (%d looks), "
                + "allowed %d MiB with %d for the JVM: %s", budget >> 20, heapBytes(budget) >> 20, load.nativeBytes() >> 20,
                counted >> 20, load.privateBytes() >> 20, load.looks(), (budget + jvm) >> 20, jvm >> 20,
                kept ? "kept" : "EXCEEDED");
        return kept;
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    private List<String> command(Path folder, Work work) {
        long heap = heapBytes(work.budget());
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx" + heap, "-XX:MaxDirectMemorySize=" + (work.budget() - heap),
                "-XX:NativeMemoryTracking=summary", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        if (work.touched()) {
            command.addAll(List.of("-Xms" + heap, "-XX:+AlwaysPreTouch"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MemoryWorker.class.getName(),
                set.folder().toString(), folder.toString(), Long.toString(work.budget()), Integer.toString(work.seconds()),
                Integer.toString(work.rows())));
        return command;
    }

    private Seen look(Path folder, Work work) throws IOException, InterruptedException {
        Path errors = folder.resolveSibling(folder.getFileName() + ".log");
        Process process = new ProcessBuilder(command(folder, work)).redirectError(errors.toFile()).start();
        Looking looking = new Looking(process);
        looking.thread.start();
        long nativeBytes = -1;
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.equals(MemoryWorker.DONE)) {
                    looking.stopped = true;
                } else if (line.startsWith(MemoryWorker.NATIVE)) {
                    nativeBytes = Long.parseLong(line.substring(MemoryWorker.NATIVE.length()));
                } else {
                    say("  %s", line);
                }
            }
            if (process.waitFor() != 0 || nativeBytes < 0) {
                throw new WorkerFailedException("exit code " + process.exitValue() + ": " + Files.readString(errors));
            }
        } finally {
            process.destroyForcibly();
            looking.stopped = true;
        }
        looking.thread.join();
        return new Seen(looking.most, nativeBytes, looking.looks);
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
