package dev.kith.ivfpq;

import dev.kith.core.ByteSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Native memory of a size known beforehand, written from front to end.
final class MemorySink implements ByteSink {
    private final MemorySegment memory;
    private long position;

    MemorySink(long bytes) {
        memory = Arena.ofAuto().allocate(bytes, 64);
    }

    @Override
    public void write(MemorySegment bytes) {
        MemorySegment.copy(bytes, 0, memory, position, bytes.byteSize());
        position += bytes.byteSize();
    }

    @Override
    public long position() {
        return position;
    }

    MemorySegment memory() {
        return memory;
    }
}
