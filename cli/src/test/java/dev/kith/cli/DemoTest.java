package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo replaces its own database only. (The demo itself is run whole beside the tests.)
class DemoTest {
    @TempDir Path folder;

    @Test
    void aDatabaseOfSomebodyElseIsLeftAlone() {
        try (Database database = Kith.open(folder)) {
            database.createCollection("mine", Schema.builder().vector("v", 2, Metric.COSINE).build());
        }
        assertEquals(2, Main.run("demo", "--folder", folder.toString(), "--data", "../data/wordnet-20k"));
        try (Database database = Kith.open(folder)) {
            assertEquals(List.of("mine"), database.collections());
        }
    }
}
