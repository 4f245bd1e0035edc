package dev.kith.gpu;

/// As many calls as may wait for the device are waiting already.
public final class GpuBusyException extends GpuException {
    GpuBusyException(int waiting) {
        super(waiting + " calls wait for the device already");
    }
}
