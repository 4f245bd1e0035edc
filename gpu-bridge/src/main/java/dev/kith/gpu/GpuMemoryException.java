package dev.kith.gpu;

/// A call needs more device memory than its budget has left. The device itself is well.
public final class GpuMemoryException extends GpuException {
    GpuMemoryException(String what, long neededBytes, long leftBytes) {
        super(what + " needs " + neededBytes + " bytes of device memory, the budget has " + leftBytes + " left");
    }
}
