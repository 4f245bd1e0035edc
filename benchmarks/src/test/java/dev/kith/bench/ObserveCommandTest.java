package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The bench of observation compares nothing, or leaves its databases behind.
class ObserveCommandTest {
    @TempDir Path cache;

    @Test
    void everyKindIsMeasured() {
        StringWriter out = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        assertEquals(0,
                line.execute("observe", "--cache", cache.toString(), "--rows", "300", "--rounds", "2", "--searches", "20"),
                out::toString);
        for (String kind : new String[]{"| nothing |", "| meters |", "| recorder |", "| both |"}) {
            assertTrue(out.toString().contains(kind), out.toString());
        }
        assertEquals(0, cache.resolve("stores").toFile().list().length);
        assertEquals(2, line.execute("observe", "--cache", cache.toString(), "--rows", "0"), out::toString);
    }
}
