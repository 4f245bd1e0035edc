package dev.kith.gpu;

import dev.kith.core.batch.AcceleratorException;

/// A GPU could not do what it was asked.
public abstract sealed class GpuException extends AcceleratorException
        permits CudaException, GpuMemoryException, GpuBusyException, GpuClosedException {
    private final String reason;

    GpuException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// The message.
    final String reason() {
        return reason;
    }
}
