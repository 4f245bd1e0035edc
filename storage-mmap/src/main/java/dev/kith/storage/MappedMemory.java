package dev.kith.storage;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// What a program can tell the system about the pages of a mapped file, and ask of it. Advice changes speed only: where the system
/// has no such calls (Windows), or the JVM denies native access, nothing happens.
///
/// Linux, macOS and the BSDs: `posix_madvise` and `mincore`. Thread-safe; the memory must be open.
public final class MappedMemory {
    private static final @Nullable Calls CALLS = link();

    private MappedMemory() {}

    /// Whether this system takes advice.
    public static boolean available() {
        return CALLS != null;
    }

    /// Tells the system how these bytes are about to be read. Advice is kept for whole pages, so that of the bytes beside them on
    /// the first and the last page changes too; it is kept for this mapping of the file, until other advice or its end.
    ///
    /// @param bytes any part of a mapped file
    /// @return whether the system took it; false for memory that is not mapped from a file
    public static boolean advise(MemorySegment bytes, Access access) {
        Calls calls = CALLS;
        return calls != null && bytes.isMapped() && bytes.byteSize() > 0 && calls.advise(bytes, access.code);
    }

    /// Whether the page of one byte is in memory, so that reading it waits for no disk; true where the system does not tell.
    ///
    /// @param bytes any part of a mapped file
    /// @param byteOffset in `[0, bytes.byteSize())`
    public static boolean resident(MemorySegment bytes, long byteOffset) {
        Calls calls = CALLS;
        return calls == null || !bytes.isMapped() || calls.resident(bytes.asSlice(byteOffset, 1));
    }

    /// Bytes of a page; 4,096 where the system does not tell.
    public static int pageBytes() {
        Calls calls = CALLS;
        return calls == null ? 4096 : calls.pageBytes;
    }

    @SuppressWarnings("restricted")
    private static @Nullable Calls link() {
        try {
            Linker linker = Linker.nativeLinker();
            SymbolLookup names = linker.defaultLookup();
            if (names.find("posix_madvise").isEmpty() || names.find("mincore").isEmpty() || names.find("getpagesize").isEmpty()) {
                return null;
            }
            MethodHandle advise = linker.downcallHandle(names.findOrThrow("posix_madvise"), FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
            MethodHandle resident = linker.downcallHandle(names.findOrThrow("mincore"), FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            MethodHandle pageSize = linker.downcallHandle(names.findOrThrow("getpagesize"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT));
            return new Calls(advise, resident, (int) pageSize.invokeExact());
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.INFO, "no advice about mapped files can be given in this JVM", e);
            return null;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    /// The functions of the C library. Addresses are passed as numbers: the caller keeps the memory open, and a call about memory
    /// that was closed meanwhile fails or concerns nobody.
    private record Calls(MethodHandle advise, MethodHandle resident, int pageBytes) {
        boolean advise(MemorySegment bytes, int code) {
            long first = bytes.address() & -pageBytes;
            try {
                return (int) advise.invokeExact(first, bytes.address() + bytes.byteSize() - first, code) == 0;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("posix_madvise failed", e);
            }
        }

        boolean resident(MemorySegment oneByte) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(1);
                long first = oneByte.address() & -pageBytes;
                return (int) resident.invokeExact(first, (long) pageBytes, state) != 0
                        || (state.get(ValueLayout.JAVA_BYTE, 0) & 1) == 1;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("mincore failed", e);
            }
        }
    }
}
