package dev.kith.gpu;

/// The device was closed, before a call or during it.
public final class GpuClosedException extends GpuException {
    GpuClosedException(String device) {
        super(device + " is closed");
    }
}
