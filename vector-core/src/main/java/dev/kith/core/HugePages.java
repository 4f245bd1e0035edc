package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Native memory that the system is asked to back with pages of 2 MB instead of 4 KB. A walk over a graph reads rows at random
/// places, and with small pages most of these reads also miss the tables that say where the page is.
///
/// Linux only (`madvise(MADV_HUGEPAGE)`, which asks and does not demand); elsewhere, and where native access is denied, it is
/// memory like any other. A mapped file cannot be had in huge pages on common file systems, which is why this is a copy.
public final class HugePages {
    private static final long PAGE = 2L << 20;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;
    private static final @Nullable Calls CALLS = link();

    private HugePages() {}

    /// Whether huge pages can be asked for.
    public static boolean available() {
        return CALLS != null;
    }

    /// A copy that is freed when nobody can reach it any more.
    ///
    /// @throws OutOfMemoryError if there is no memory for it
    public static MemorySegment copyOf(MemorySegment bytes) {
        MemorySegment copy = allocate(bytes.byteSize(), Arena.ofAuto());
        return copy.copyFrom(bytes);
    }

    /// Zeroed memory, which no page stands behind until it is written.
    ///
    /// @param arena frees it
    /// @throws OutOfMemoryError if there is no memory for it
    public static MemorySegment allocate(long bytes, Arena arena) {
        Calls calls = CALLS;
        return calls == null || bytes < PAGE
                ? arena.allocate(Math.max(1, bytes), 64).asSlice(0, bytes)
                : calls.map(bytes, arena);
    }

    @SuppressWarnings("restricted")
    private static @Nullable Calls link() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux") || !RawMemory.available()) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            var names = linker.defaultLookup();
            MethodHandle map = linker.downcallHandle(names.findOrThrow("mmap"),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
            MethodHandle advise = linker.downcallHandle(names.findOrThrow("madvise"), FunctionDescriptor
                    .of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
            MethodHandle unmap = linker.downcallHandle(names.findOrThrow("munmap"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
            return new Calls(map, advise, unmap);
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.INFO, "huge pages cannot be asked for in this JVM", e);
            return null;
        }
    }

    /// The three functions of the C library.
    private record Calls(MethodHandle map, MethodHandle advise, MethodHandle unmap) {
        @SuppressWarnings("restricted")
        MemorySegment map(long bytes, Arena arena) {
            long size = Math.addExact(bytes, 2 * PAGE - 1) & -PAGE; // room to begin at a multiple of a page
            try {
                long address = (long) map.invokeExact(0L, size, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
                if (address == -1) {
                    throw new OutOfMemoryError("no " + size + " bytes of native memory in huge pages");
                }
                long skipped = -address & (PAGE - 1);
                int _ = (int) advise.invokeExact(address + skipped, size - skipped, MADV_HUGEPAGE); // a refusal costs speed only
                return MemorySegment.ofAddress(address).reinterpret(size, arena, _ -> free(address, size))
                        .asSlice(skipped, bytes);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a call of the C library failed", e);
            }
        }

        private void free(long address, long size) {
            try {
                int _ = (int) unmap.invokeExact(address, size);
            } catch (Throwable e) {
                throw new IllegalStateException("munmap failed", e);
            }
        }
    }
}
