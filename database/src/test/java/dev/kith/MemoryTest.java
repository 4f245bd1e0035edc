package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A budget is kept when the operating system says so: a process builds and searches under one, and its private memory is read
/// from outside all the while. What the JVM takes for itself (classes, compiled code, the compiler, tables of the collector) is not
/// the database's and is allowed for by [#JVM_BASE]. The full size, 100,000 records of 384 components in 256 MB, is
/// `./kith bench memory`.
class MemoryTest {
    private static final long MB = 1 << 20;
    private static final long BUDGET = 64 * MB;
    private static final long JVM_BASE = 160 * MB;

    @Test
    void aLoadStaysWithinItsBudgetSeenFromOutside(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells the private memory of a process");
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx" + BUDGET / 2, "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), MemoryChild.class.getName(),
                folder.resolve("db").toString(), Long.toString(BUDGET))).redirectErrorStream(true).redirectOutput(output.toFile())
                .start();
        long most = 0;
        try {
            while (!child.waitFor(10, TimeUnit.MILLISECONDS)) {
                most = Math.max(most, privateBytes(child.pid()));
            }
        } finally {
            child.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, child.exitValue(), said);
        assertTrue(most > 32 * MB, "the process was hardly looked at: " + most);
        assertTrue(most <= BUDGET + JVM_BASE, most / MB + " MB of private memory at the most; " + said);
        assertTrue(said.contains("a compact graph, built in"), said);
        assertTrue(
                said.contains(
                        "chosen when the segment was merged: for the memory budget: segment of 26,000 vectors: a compact graph"),
                said);
        System.getLogger("dev.kith").log(System.Logger.Level.INFO,
                "at most " + most / MB + " MB of private memory for a budget of " + BUDGET / MB + " MB, heap included; " + said);
    }

    /// Anonymous resident memory: heap, native allocations, and what the JVM needs; mapped files are not in it.
    private static long privateBytes(long pid) throws java.io.IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("RssAnon:")) {
                    return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
                }
            }
        } catch (NoSuchFileException e) {
            // it has just ended
        }
        return 0;
    }
}
