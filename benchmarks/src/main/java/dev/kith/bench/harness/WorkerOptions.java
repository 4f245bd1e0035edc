package dev.kith.bench.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How engine processes are started: all alike.
///
/// @param heap the value of `-Xms` and `-Xmx`, such as `2g`
/// @param core the core to pin to, or -1 for none
/// @param logs folder for what the processes print
public record WorkerOptions(String heap, int core, Path logs) {
    /// Checks the heap's form.
    public WorkerOptions {
        if (!heap.matches("\\d+[kmgKMG]")) {
            throw new IllegalArgumentException("heap must be a number with k, m or g, was " + heap);
        }
    }

    /// The command line that starts a worker.
    ///
    /// @param pinned whether to pin, where `taskset` is found
    List<String> command(List<String> engineOptions, boolean pinned) {
        List<String> command = new ArrayList<>();
        if (pinned && core >= 0 && canPin()) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:+UseG1GC",
                "-XX:NativeMemoryTracking=summary", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(engineOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        return command;
    }

    /// Whether `taskset` is on the path.
    public static boolean canPin() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (java.nio.file.Files.isExecutable(Path.of(folder, "taskset"))) {
                return true;
            }
        }
        return false;
    }
}
