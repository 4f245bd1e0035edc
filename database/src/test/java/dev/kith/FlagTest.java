package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM started without the two flags works, and Kith tells once what to add.
class FlagTest {
    @Test
    void withoutTheFlagsEverythingWorksAndOneLineTellsWhatToAdd(@TempDir Path folder) throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), Child.class.getName(), folder.toString())
                .redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertTrue(output.contains("nearest is id7"), output);
        List<String> told = output.lines().filter(l -> l.contains("Kith")).toList();
        assertEquals(1, told.size(), output);
        assertTrue(told.getFirst().contains("--add-modules jdk.incubator.vector"), output);
    }

    /// What runs without the flags.
    static final class Child {
        public static void main(String[] args) {
            Schema schema = Schema.builder().vector("v", 16, Metric.COSINE).build();
            try (Database database = Kith.open(Path.of(args[0]))) {
                Collection collection = database.createCollection("c", schema);
                for (int i = 0; i < 50; i++) {
                    collection.upsert(Record.builder("id" + i).vector("v", vector(i)).build());
                }
                collection.optimize();
                for (int i = 0; i < 100; i++) {
                    collection.search(Query.nearest("v", vector(i)));
                }
                System.out.println("nearest is " + collection.search(Query.nearest("v", vector(7))).ids().getFirst());
            }
        }

        private static float[] vector(int seed) {
            Random random = new Random(seed);
            float[] vector = new float[16];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            return vector;
        }
    }
}
