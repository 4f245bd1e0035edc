package dev.kith.storage;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Reads a mapped file ahead of somebody who goes through it from one end to the other, although the mapping was
/// [advised][Access#RANDOM] for reading here and there: each stretch is asked for while the one before it is worked on.
///
/// Costs one question to the system every MiB while everything is in memory. Used by one thread.
public final class ReadAhead {
    private static final long STRETCH_BYTES = 1 << 20;
    /// Linux reads no more a call than the device's read-ahead, which is 128 KiB by default.
    private static final long CALL_BYTES = 128 << 10;

    private final MemorySegment bytes;
    private long asked;
    private long next;

    private ReadAhead(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /// @param bytes a part of a mapped file; nothing is ever asked for other memory
    public static ReadAhead of(MemorySegment bytes) {
        ReadAhead ahead = new ReadAhead(bytes);
        if (!bytes.isMapped() || !MappedMemory.available()) {
            ahead.next = Long.MAX_VALUE;
        }
        return ahead;
    }

    /// [#of] where `scattered`; else null, for bytes that the system reads ahead by itself.
    public static @Nullable ReadAhead where(boolean scattered, MemorySegment bytes) {
        return scattered ? of(bytes) : null;
    }

    /// Says that the bytes from here on are read next. Offsets grow from call to call; going back asks for nothing.
    ///
    /// @param byteOffset at least 0; past the end asks for nothing
    public void reach(long byteOffset) {
        if (byteOffset < next) {
            return;
        }
        next = byteOffset + STRETCH_BYTES;
        long from = Math.max(asked, byteOffset);
        long to = Math.min(bytes.byteSize(), byteOffset + 2 * STRETCH_BYTES);
        if (from >= to) {
            return;
        }
        asked = to;
        if (!MappedMemory.resident(bytes, from)) {
            for (long at = from; at < to; at += CALL_BYTES) {
                MappedMemory.advise(bytes.asSlice(at, Math.min(CALL_BYTES, to - at)), Access.SOON);
            }
        }
    }
}
