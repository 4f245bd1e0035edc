package dev.kith.gpu;

import java.util.concurrent.atomic.AtomicBoolean;

/// Device memory with one owner, who closes it. Closing gives the bytes back to the budget even where the library reports
/// an error, and closing twice does nothing.
final class DeviceBuffer implements AutoCloseable {
    private final GpuDevice device;
    private final long address;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    DeviceBuffer(GpuDevice device, long address, long bytes) {
        this.device = device;
        this.address = address;
        this.bytes = bytes;
    }

    /// The address on the device.
    long address() {
        if (closed.get()) {
            throw new IllegalStateException("device buffer is closed");
        }
        return address;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            device.release(address, bytes);
        }
    }
}
