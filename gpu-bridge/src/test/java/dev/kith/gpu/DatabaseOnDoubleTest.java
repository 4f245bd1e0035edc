package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database sends builds, batches of exact searches and recall checks to a device that is on its class path, and to the CPU when it
/// fails. In a process of its own, so that the double is found by the environment, as the real libraries are.
class DatabaseOnDoubleTest {
    @Test
    void theWholeRoad(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp",
                System.getProperty("java.class.path"), DatabaseOnDouble.class.getName(), folder.resolve("db").toString())
                .redirectErrorStream(true).redirectOutput(output.toFile());
        child.environment().put("KITH_CUDA_FOLDERS", CudaDouble.folder() + File.pathSeparator + folder);
        Process process = child.start();
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), () -> "it hangs: " + read(output));
        assertEquals(0, process.exitValue(), () -> read(output));
        System.out.println(read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
