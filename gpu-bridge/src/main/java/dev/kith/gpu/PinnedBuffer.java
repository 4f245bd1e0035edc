package dev.kith.gpu;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/// Page-locked host memory with one owner, who closes it when no copy from or to it is under way.
final class PinnedBuffer implements AutoCloseable {
    private final CudaRuntime runtime;
    private final MemorySegment memory;
    private final AtomicBoolean closed = new AtomicBoolean();

    PinnedBuffer(CudaRuntime runtime, long bytes) {
        this.runtime = runtime;
        this.memory = runtime.allocatePinned(bytes);
    }

    /// The memory, until it is closed.
    MemorySegment memory() {
        if (closed.get()) {
            throw new IllegalStateException("pinned buffer is closed");
        }
        return memory;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            runtime.freePinned(memory);
        }
    }
}
