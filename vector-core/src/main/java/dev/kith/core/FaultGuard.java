package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/// What lets kernels outlive a mapped file that is truncated under a search: it ends in an `InternalError` and not in a dead JVM.
///
/// HotSpot survives a fault in compiled code only if that very piece of code was compiled from something with a plain access to
/// memory; loads of the Vector API do not count, and a method of ours or of the JDK that consists of them may at any time run as
/// a piece of its own. So there are two means.
///
/// [#check(MemorySegment,long,long)] and [#check(MemorySegment,long)] are for a kernel, once for every row or the furthest of several, in the method that loads.
/// Never behind a method that drops what they return: compiled by itself, it would drop the read. Where C2 compiles the two
/// together, the check is the plain access that counts. Where it does not (the interpreter, C1, or C2 that found a reason not to
/// inline), the check is called: it reads, and the error of a fault in it is thrown when it returns, before any register is
/// loaded. For the second case it must never be inlined by C1, which throws later and leaves the loads to other pieces of code;
/// C1 inlines methods of up to 35 bytes, C2 hot ones of up to 325, and this is between.
///
/// [#MARK] is for a method that loads what its caller has read from already.
///
/// A truncated file loses its end, so that a row can be read if its last byte can.
public final class FaultGuard {
    /// Whose `getPlain()` is a plain access to memory that C2 sees but leaves out: a method that contains it survives faults even if
    /// it is compiled by itself. Far less is inlined for it than for a read from a [MemorySegment], which matters in methods that
    /// are themselves inlined many times into one kernel.
    static final AtomicInteger MARK = new AtomicInteger();

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

    /// Checks rows of which the last one ends with byte `last`; that they begin in the segment is the caller's to know, by their ordinals.
    ///
    /// @param last offset of the last byte that will be loaded; as [#check(MemorySegment,long,long)]
    public static int check(MemorySegment bytes, long last) {
        int a = bytes.get(ValueLayout.JAVA_BYTE, last);
        return (a << 8 ^ a) + (a ^ a << 16) + (a ^ a << 24) + (a << 7 ^ a) + (a ^ a << 15); // as above
    }
}
