package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kith.core.batch.AcceleratorMode;
import dev.kith.core.batch.AcceleratorOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/// The CPU double of CUDA (`src/test/c`), compiled with the system's C compiler and loaded by the road the real libraries
/// take. Where there is no compiler the tests that need it are skipped, with that as the reason.
final class CudaDouble {
    static final int LAUNCH_FAILURE = 719;
    static final int EXECUTION_FAILED = 13;
    private static final Path SOURCES = Path.of("src/test/c").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/cuda-double").toAbsolutePath();

    /// What the library counts as live.
    enum Kind {
        DEVICE_MEMORY, PINNED_MEMORY, STREAM, EVENT, HANDLE
    }

    private record Loaded(MethodHandle reset, MethodHandle fail, MethodHandle calls, MethodHandle live, MethodHandle peak,
            MethodHandle misuses, MethodHandle firstMisuse) {}

    private static Loaded loaded;

    private CudaDouble() {}

    /// Compiles and loads the double once; the folder it lies in.
    static synchronized Path folder() {
        if (loaded == null) {
            build();
            SymbolLookup library = SymbolLookup.libraryLookup(FOLDER.resolve("libcudart.so.13"), Arena.global());
            MemoryLayout number = ValueLayout.JAVA_LONG;
            MemoryLayout code = ValueLayout.JAVA_INT;
            loaded = new Loaded(handle(library, "reset", FunctionDescriptor.ofVoid(code, number, code, number)),
                    handle(library, "fail", FunctionDescriptor.ofVoid(number, code, code, code)),
                    handle(library, "calls", FunctionDescriptor.of(number)),
                    handle(library, "live", FunctionDescriptor.of(number, code)),
                    handle(library, "peak", FunctionDescriptor.of(number)),
                    handle(library, "misuses", FunctionDescriptor.of(number)),
                    handle(library, "first_misuse", FunctionDescriptor.of(ValueLayout.ADDRESS
                            .withTargetLayout(MemoryLayout.sequenceLayout(256, ValueLayout.JAVA_BYTE)))));
        }
        return FOLDER;
    }

    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.find("kith_double_" + name).orElseThrow(), type);
    }

    private static void build() {
        try {
            Files.createDirectories(FOLDER);
            compile(List.of("-O2", "-fPIC", "-shared", "-o", FOLDER.resolve("libcudart.so.13").toString(),
                    SOURCES.resolve("cuda_double.c").toString(), "-lpthread"));
            compile(List.of("-O3", "-fPIC", "-shared", "-o", FOLDER.resolve("libcublas.so.13").toString(),
                    SOURCES.resolve("cublas_double.c").toString(), "-L" + FOLDER, "-l:libcudart.so.13", "-Wl,-rpath,$ORIGIN"));
        } catch (IOException e) {
            throw new IllegalStateException("cannot write the double to " + FOLDER, e);
        }
    }

    /// Runs the C compiler; skips the calling test where there is none, fails it where the compiler complains.
    static void compile(List<String> arguments) {
        Assumptions.assumeTrue(System.getProperty("os.name").contains("Linux"), "the CUDA double is built on Linux only");
        List<String> command = new ArrayList<>(List.of("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
                "-Wno-missing-field-initializers"));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new TestAbortedException("no C compiler named cc: the CUDA double cannot be built (" + e.getMessage() + ")");
        }
        try {
            String output = new String(process.getInputStream().readAllBytes());
            assertEquals(0, process.waitFor(), String.join(" ", command) + "\n" + output);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroy();
        }
    }

    /// One device with so much memory, a driver, no planned failure.
    static void reset(long memoryBytes) {
        reset(1, memoryBytes, 13000, TimeUnit.MICROSECONDS.toMicros(50));
    }

    static void reset(int devices, long memoryBytes, int driver, long delayMicros) {
        folder();
        call(() -> {
            loaded.reset.invokeExact(devices, memoryBytes, driver, delayMicros);
            return 0L;
        });
    }

    /// The call with this number from now on, counted from 1, fails.
    static void fail(long call, int cudaCode, int blasCode, boolean forEver) {
        int ever = forEver ? 1 : 0;
        call(() -> {
            loaded.fail.invokeExact(call, cudaCode, blasCode, ever);
            return 0L;
        });
    }

    /// Calls since [#fail] or [#reset].
    static long calls() {
        return call(() -> (long) loaded.calls.invokeExact());
    }

    static long live(Kind kind) {
        int number = kind.ordinal();
        return call(() -> (long) loaded.live.invokeExact(number));
    }

    /// Most device memory ever held since the reset.
    static long peak() {
        return call(() -> (long) loaded.peak.invokeExact());
    }

    /// Nothing is held, and no rule was broken.
    static void assertClean(String what) {
        for (Kind kind : Kind.values()) {
            assertEquals(0, live(kind), what + ": live " + kind);
        }
        assertNoMisuse(what);
    }

    static void assertNoMisuse(String what) {
        long misuses = call(() -> (long) loaded.misuses.invokeExact());
        String first = "";
        if (misuses > 0) {
            try {
                first = ((MemorySegment) loaded.firstMisuse.invokeExact()).getString(0);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
        assertEquals(0, misuses, what + ": misuse of the library: " + first);
    }

    private interface Call {
        long run() throws Throwable;
    }

    private static long call(Call call) {
        try {
            return call.run();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static GpuOptions options() {
        return options(AcceleratorOptions.REQUIRED, GpuPrecision.FLOAT32);
    }

    static GpuOptions options(AcceleratorOptions accelerator, GpuPrecision precision) {
        return new GpuOptions(accelerator, precision, List.of(folder()));
    }

    static AcceleratorOptions accelerator(int queueLimit, long memoryBytes) {
        return new AcceleratorOptions(AcceleratorMode.AUTO, 0, memoryBytes, queueLimit);
    }

    /// A scorer on the double.
    static GpuBatchScorer open(GpuOptions options) {
        return switch (GpuBatchScorer.open(options)) {
            case GpuBatchScorer.Search.Found(var scorer) -> scorer;
            case GpuBatchScorer.Search.Absent(var reason) -> throw new AssertionError(reason);
        };
    }
}
