package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// All of memory as one segment, for kernels that load by address.
///
/// C2 cannot take the range checks of a [MemorySegment] out of a short loop; a load from a constant segment without end, at
/// an address masked to 47 bits, needs none, which makes a float kernel 1.3 to 2 times faster. The price is that nothing is
/// checked. So nobody uses this but kernels that, for every row or the furthest of several, first do one plain read through the true segment: it
/// checks the bounds and that the memory is still open, no safepoint lies between it and the loads of that row, and
/// it makes the JVM turn a fault in the compiled kernel (a truncated file) into an `InternalError` instead of dying. Methods
/// that load for such a kernel have the mark of [FaultGuard], for the case that they are compiled by themselves.
final class RawMemory {
    /// User addresses have 47 bits; masking proves to C2 that they are not negative.
    static final long MASK = (1L << 47) - 1;

    /// All of memory, or null where the JVM denies native access.
    static final @Nullable MemorySegment ALL = all();

    private RawMemory() {}

    static boolean available() {
        return ALL != null;
    }

    @SuppressWarnings("restricted")
    private static @Nullable MemorySegment all() {
        try {
            return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        } catch (IllegalCallerException e) {
            System.getLogger("dev.kith").log(Level.INFO,
                    "Kith runs its checked kernels, some of them 1.3 to 2 times slower: native access is denied, start the JVM with "
                            + "--enable-native-access=ALL-UNNAMED");
            return null;
        }
    }
}
