package dev.kith.lucene;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/// The bytes of a Lucene input as one stretch of native memory: the mapping itself where the directory maps files, else a copy.
///
/// @param bytes all bytes of the input, from its first
/// @param copied whether the bytes are a copy, which then counts against the memory of whoever opened it
record InputMemory(MemorySegment bytes, boolean copied) {

    /// @param copies gives the owner of the copy, if one is made; the mapping itself belongs to the input
    static InputMemory of(IndexInput input, Supplier<Arena> copies) throws IOException {
        if (FilterIndexInput.unwrapOnlyTest(input) instanceof MemorySegmentAccessInput mapped) {
            // null where the file spans two mappings of the directory
            MemorySegment bytes = mapped.segmentSliceOrNull(0, input.length());
            if (bytes != null) {
                return new InputMemory(bytes, false);
            }
        }
        return new InputMemory(copy(input, copies.get()), true);
    }

    private static MemorySegment copy(IndexInput input, Arena arena) throws IOException {
        long length = input.length();
        MemorySegment bytes = arena.allocate(length, 64);
        IndexInput from = input.clone();
        from.seek(0);
        byte[] chunk = new byte[(int) Math.min(1 << 16, Math.max(1, length))];
        for (long at = 0; at < length; at += chunk.length) {
            int n = (int) Math.min(chunk.length, length - at);
            from.readBytes(chunk, 0, n, false);
            MemorySegment.copy(chunk, 0, bytes, ValueLayout.JAVA_BYTE, at, n);
        }
        return bytes;
    }
}
