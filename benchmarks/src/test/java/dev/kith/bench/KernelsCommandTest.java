package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The kernel benchmarks run, the probes beside them, and the table has a line for each.
class KernelsCommandTest {
    @Test
    void aShortRunFillsTheTable() {
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        int exit = line.execute("kernels", "--dimensions", "384", "--metrics", "INNER_PRODUCT", "--places", "CACHE", "--millis",
                "5",
                "--no-scalar", "--forks", "0");
        assertEquals(0, exit, text.toString());
        for (String needed : new String[]{"GB/s", "GFMA/s", "Kith FLOAT32 INNER_PRODUCT bulk", "Kith INT8 INNER_PRODUCT single",
                "Kith signCodes", "Kith productCodes", "Kith int4Codes", "Lucene VectorUtil floatDot"}) {
            assertTrue(text.toString().contains(needed), needed + " is not in\n" + text);
        }
    }
}
