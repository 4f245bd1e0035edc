package dev.kith.storage;

import dev.kith.core.ByteSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Keeps what is written.
final class MemorySink implements ByteSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(MemorySegment segment) {
        bytes.writeBytes(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public long position() {
        return bytes.size();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
