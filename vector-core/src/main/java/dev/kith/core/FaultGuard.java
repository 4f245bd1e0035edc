package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a kernel calls for every row before it loads registers from it, in the same method as the loads, so that a mapped file
/// that was truncated under a search ends in an `InternalError` and not in a dead JVM.
///
/// HotSpot survives a fault in compiled code only if that very piece of code contains a plain memory access; loads of the
/// Vector API do not count, and a method of ours or of the JDK that consists of them may at any time run as a piece of its own.
/// There are two cases. Where C2 compiles a kernel together with this guard, the guard is the plain access that counts, and
/// nothing is left of it but the checks of bounds and liveness. Where it does not (the interpreter, C1, or C2 that found a
/// reason not to inline), the guard is called: it reads, and the error of a fault in it is thrown when it returns, before any
/// register is loaded. For the second case the guards must never be inlined by C1, which throws later and leaves the loads to
/// other pieces of code; C1 inlines methods of up to 35 bytes, C2 hot ones of up to 325, and these are between.
///
/// A truncated file loses its end, so that a row can be read if its last byte can.
public final class FaultGuard {
    private FaultGuard() {}

    /// Checks one row.
    ///
    /// @param first offset of a byte of the row
    /// @param last offset of the last byte that will be loaded
    /// @return nothing of use, but a result, or the reads would be left out
    /// @throws IndexOutOfBoundsException if an offset is not in the segment
    /// @throws IllegalStateException if the memory was freed
    /// @throws InternalError if the file behind the memory does not reach so far any more; in code that contains the kernel as
    ///         well, a little later
    public static int check(MemorySegment bytes, long first, long last) {
        int a = bytes.get(ValueLayout.JAVA_BYTE, first);
        int b = bytes.get(ValueLayout.JAVA_BYTE, last);
        return (a << 8 ^ b) + (a ^ b << 16) + (a ^ b << 24); // so long only to be too long for C1
    }

    /// Checks the last bytes of four rows.
    ///
    /// @return as [#check(MemorySegment,long,long)]
    public static int check(MemorySegment bytes, long a, long b, long c, long d) {
        return bytes.get(ValueLayout.JAVA_BYTE, a)
                + bytes.get(ValueLayout.JAVA_BYTE, b)
                + bytes.get(ValueLayout.JAVA_BYTE, c)
                + bytes.get(ValueLayout.JAVA_BYTE, d);
    }
}
