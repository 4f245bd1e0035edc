package dev.kith.bench.harness;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks the system to forget a file's pages, so that the next open is a cold one. Linux: `posix_fadvise` with
/// `POSIX_FADV_DONTNEED`, which needs no rights but the file's own.
public final class PageCache {
    private static final int O_RDONLY = 0;
    private static final int DONTNEED = 4;
    private static final int MADV_DONTNEED = 4;

    private static final long PAGE = 4096;

    private record Calls(MethodHandle open, MethodHandle advise, MethodHandle close) {}

    private PageCache() {}

    @SuppressWarnings("restricted")
    private static Optional<Calls> calls() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup lookup = linker.defaultLookup();
        Optional<MemorySegment> open = lookup.find("open");
        Optional<MemorySegment> advise = lookup.find("posix_fadvise");
        Optional<MemorySegment> close = lookup.find("close");
        if (open.isEmpty() || advise.isEmpty() || close.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Calls(
                linker.downcallHandle(open.get(),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2)),
                linker.downcallHandle(advise.get(),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT)),
                linker.downcallHandle(close.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))));
    }

    /// Drops the pages of all files under `path`; false where the system does not allow it.
    public static boolean drop(Path path) throws IOException {
        Optional<Calls> calls = calls();
        if (calls.isEmpty()) {
            return false;
        }
        boolean all = true;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all &= dropFile(calls.get(), file);
            }
        }
        return all;
    }

    private static boolean dropFile(Calls calls, Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) calls.open.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
            if (fd < 0) {
                return false;
            }
            int failed = (int) calls.advise.invokeExact(fd, 0L, 0L, DONTNEED);
            int closed = (int) calls.close.invokeExact(fd);
            return failed == 0 && closed == 0;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Takes a mapped file's pages from this process (`MADV_DONTNEED`); they come back from the file when touched. False where the
    /// system does not do that.
    @SuppressWarnings("restricted")
    public static boolean unload(MemorySegment mapped) {
        Optional<MemorySegment> madvise = linux("madvise");
        if (madvise.isEmpty()) {
            return false;
        }
        MethodHandle call = Linker.nativeLinker().downcallHandle(madvise.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try {
            return (int) call.invokeExact(mapped.address() & -PAGE, mapped.byteSize() + (mapped.address() & PAGE - 1),
                    MADV_DONTNEED) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Pages of a mapped file that are in memory (Linux: `mincore`); -1 where the system does not tell.
    @SuppressWarnings("restricted")
    public static long residentPages(MemorySegment mapped) {
        Optional<MemorySegment> mincore = linux("mincore");
        if (mincore.isEmpty()) {
            return -1;
        }
        MethodHandle call = Linker.nativeLinker().downcallHandle(mincore.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            long bytes = mapped.byteSize() + (mapped.address() & PAGE - 1);
            MemorySegment states = arena.allocate((bytes + PAGE - 1) / PAGE);
            if ((int) call.invokeExact(mapped.address() & -PAGE, bytes, states) != 0) {
                return -1;
            }
            long resident = 0;
            for (long i = 0; i < states.byteSize(); i++) {
                resident += states.get(ValueLayout.JAVA_BYTE, i) & 1;
            }
            return resident;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<MemorySegment> linux(String call) {
        return System.getProperty("os.name").equals("Linux")
                ? Linker.nativeLinker().defaultLookup().find(call)
                : Optional.empty();
    }
}
