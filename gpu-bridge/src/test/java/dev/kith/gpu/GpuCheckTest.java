package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuCheckTest {
    @Test
    void withoutLibrariesItSaysWhyAndThatNothingIsLost(@TempDir Path folder) throws IOException {
        StringBuilder out = new StringBuilder();
        var outcome = GpuCheck.run(GpuOptions.DEFAULTS.withLibraryFolders(List.of(folder)), GpuCheck.Size.USUAL, out);
        assertEquals(GpuCheck.Outcome.NO_DEVICE, outcome);
        assertTrue(out.toString().startsWith("No GPU is used: "), out.toString());
        assertTrue(out.toString().endsWith("batch work runs on the CPU.\n"), out.toString());
    }

    @Test
    void aBufferedWriterShowsEveryLine(@TempDir Path folder) throws IOException {
        var shown = new java.io.ByteArrayOutputStream();
        var writer = new java.io.PrintWriter(shown);
        GpuCheck.run(GpuOptions.DEFAULTS.withLibraryFolders(List.of(folder)), GpuCheck.Size.USUAL, writer);
        assertTrue(shown.toString().contains("No GPU is used"), "nothing was flushed");
    }

    @Test
    void checksAndMeasuresADevice() throws IOException {
        CudaDouble.reset(1, 4L << 30, 13000, 0);
        StringBuilder out = new StringBuilder();
        var outcome = GpuCheck.run(CudaDouble.options(), new GpuCheck.Size(200, 3), out);
        assertEquals(GpuCheck.Outcome.CONFORMS, outcome, out.toString());
        assertTrue(out.toString().contains("CPU double (tests only)"), out.toString());
        assertTrue(out.toString().contains("Conformance: 96 random searches answered as the CPU answers them."), out.toString());
        assertTrue(out.toString().contains("| 2048 | "), out.toString());
        CudaDouble.assertClean("gpu-check");
    }

    @Test
    void aFailingDeviceIsReportedNotHidden() throws IOException {
        CudaDouble.reset(1, 4L << 30, 13000, 0);
        for (long call : new long[]{40, 400, 4000}) {
            CudaDouble.fail(call, CudaDouble.LAUNCH_FAILURE, CudaDouble.EXECUTION_FAILED, true);
            StringBuilder out = new StringBuilder();
            var outcome = GpuCheck.run(CudaDouble.options(), new GpuCheck.Size(50, 2), out);
            assertEquals(GpuCheck.Outcome.FAILED, outcome, out.toString());
            assertTrue(out.toString().contains("The device failed: "), out.toString());
            CudaDouble.fail(0, 0, 0, false);
            CudaDouble.assertClean("call " + call);
        }
    }
}
