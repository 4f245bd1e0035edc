package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.BuildMemoryException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a build says it will take beside what it takes. Larger ones by
/// `-Dtest=BuildPeakTest -Dkith.peak.builds=116633x384/CODED/1,116633x384/COMPACT/2`.
class BuildPeakTest {
    private static final Pattern BUILT = Pattern.compile("built (\\S+) said (\\d+) measured (\\d+)");
    private static final String BUILDS = "9000x128/CODED/1,9000x128/CODED/2,9000x128/COMPACT/1,9000x128/COMPACT/2,9000x128/LINKS/1";

    /// What was seen to live on from one stage into the next, by what the JIT keeps of finished methods: up to 0.9 MB of any size.
    private static final long SURVIVORS = 1 << 20;

    @Test
    void buildsTakeWhatTheySaidToATenth() throws Exception {
        String[] builds = System.getProperty("kith.peak.builds", BUILDS).split(",");
        String output = run(builds);
        Matcher built = BUILT.matcher(output);
        for (String build : builds) {
            assertTrue(built.find(), output);
            assertEquals(build, built.group(1), output);
            long said = Long.parseLong(built.group(2));
            long measured = Long.parseLong(built.group(3));
            assertTrue(measured <= said * 1.1 + SURVIVORS, () -> "took more than a tenth above what it said: " + output);
            assertTrue(said <= measured * 1.1, () -> "took less than nine tenths of what it said: " + output);
        }
    }

    @Test
    void aBuildThatWouldTakeMoreThanItMayDoesNotBegin() {
        DenseVectors vectors = TestVectors.dense(Metric.SQUARED_L2, VectorEncoding.FLOAT32, TestVectors.clustered(2000, 32, 1));
        HnswParameters parameters = new HnswParameters(8, 40, 1, NodeRows.COMPACT);
        long bytes = HnswIndex.buildBytes(2000, 32, parameters, 2);
        BuildControl control = BuildControl.NONE.withThreads(2);
        assertEquals(2000, HnswIndex.build(vectors, parameters, control.withMemory(bytes)).size());
        boolean[] begun = {false};
        BuildControl watched = new BuildControl() {
            @Override
            public boolean cancelled() {
                return false;
            }

            @Override
            public void progress(long done, long total) {
                begun[0] = true;
            }
        };
        BuildMemoryException e = assertThrows(BuildMemoryException.class,
                () -> HnswIndex.build(vectors, parameters, watched.withThreads(2).withMemory(bytes - 1)));
        assertEquals(bytes, e.neededBytes());
        assertEquals(bytes - 1, e.allowedBytes());
        assertTrue(!begun[0], "nothing was built");
    }

    private static String run(String[] builds) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx2g", "-XX:+UseSerialGC",
                "-XX:MarkSweepAlwaysCompactCount=1", "-XX:NativeMemoryTracking=summary", "-cp",
                System.getProperty("java.class.path"), BuildPeakMain.class.getName()));
        command.addAll(List.of(builds));
        Path output = Files.createTempFile("kith-child", ".txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int exit = process.waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        assertEquals(0, exit, text);
        return text;
    }
}
