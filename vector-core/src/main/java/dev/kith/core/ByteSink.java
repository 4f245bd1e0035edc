package dev.kith.core;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where an index writes its bytes. An index knows neither files nor Lucene; the same bytes go to a stand-alone file or
/// into a Lucene index output. Not thread-safe.
public interface ByteSink {
    /// Appends all bytes of the segment.
    void write(MemorySegment bytes) throws IOException;

    /// Appends `length` bytes of the array.
    default void write(byte[] bytes, int offset, int length) throws IOException {
        write(MemorySegment.ofArray(bytes).asSlice(offset, length));
    }

    /// Bytes written so far, counted from where this sink began.
    long position();
}
