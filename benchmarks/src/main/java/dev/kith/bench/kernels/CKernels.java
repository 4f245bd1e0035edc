package dev.kith.bench.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Kernels written by hand in C, to measure ours beside: compiled by the system's compiler for this very processor, called through the
/// foreign function interface. Benchmarks only; nothing of Kith uses them.
public final class CKernels {
    private static final int COMPILE_SECONDS = 60;

    private CKernels() {}

    /// Compiles and loads `void dot_bulk(float *query, char *rows, int64 stride, int32 *ordinals, int32 count, int32 dimension, float *out)`;
    /// null where there is no C compiler or the processor has no AVX-512, for which it was written.
    ///
    /// @param arena until whose end they stay loaded
    public static @Nullable MethodHandle load(Arena arena) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("kith-c-kernels");
        Path source = folder.resolve("dot.c");
        Path library = folder.resolve("libdot.so");
        try (InputStream in = Objects.requireNonNull(CKernels.class.getResourceAsStream("dot.c"))) {
            Files.copy(in, source);
        }
        try {
            return compiled(source, library) ? link(library, arena) : null;
        } finally {
            Files.deleteIfExists(source);
            Files.deleteIfExists(library); // what is loaded stays loaded
            Files.deleteIfExists(folder);
        }
    }

    private static boolean compiled(Path source, Path library) throws IOException, InterruptedException {
        Process cc;
        try {
            cc = new ProcessBuilder(
                    List.of("cc", "-O3", "-march=native", "-shared", "-fPIC", "-o", library.toString(), source.toString()))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            return false; // no compiler
        }
        if (!cc.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
            cc.destroyForcibly();
            return false;
        }
        return cc.exitValue() == 0;
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle link(Path library, Arena arena) {
        SymbolLookup names = SymbolLookup.libraryLookup(library, arena);
        return names.find("dot_bulk")
                .map(kernel -> Linker.nativeLinker()
                        .downcallHandle(kernel, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS), Linker.Option.critical(false)))
                .orElse(null);
    }
}
