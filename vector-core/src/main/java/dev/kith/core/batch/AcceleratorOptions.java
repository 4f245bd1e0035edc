package dev.kith.core.batch;

/// How an accelerator may be used.
///
/// @param mode off, automatic or required
/// @param device number of the device, from 0
/// @param memoryBytes most device memory to take, or 0 for what is free when it is first needed less some head-room
/// @param queueLimit calls that may wait for the device at once; one more runs on the CPU in [AcceleratorMode#AUTO] and
///        fails in [AcceleratorMode#REQUIRED]
public record AcceleratorOptions(AcceleratorMode mode, int device, long memoryBytes, int queueLimit) {
    /// No accelerator.
    public static final AcceleratorOptions OFF = new AcceleratorOptions(AcceleratorMode.OFF, 0, 0, 0);
    /// The first device where it pays, with its free memory.
    public static final AcceleratorOptions AUTO = new AcceleratorOptions(AcceleratorMode.AUTO, 0, 0, 16);
    /// The first device for all batch work.
    public static final AcceleratorOptions REQUIRED = new AcceleratorOptions(AcceleratorMode.REQUIRED, 0, 0, 16);

    /// Checks the ranges.
    public AcceleratorOptions {
        if (device < 0) {
            throw new IllegalArgumentException("device must not be negative, was " + device);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must not be negative, was " + memoryBytes);
        }
        if (queueLimit < 0) {
            throw new IllegalArgumentException("queueLimit must not be negative, was " + queueLimit);
        }
    }

    /// The same in another mode.
    public AcceleratorOptions withMode(AcceleratorMode other) {
        return new AcceleratorOptions(other, device, memoryBytes, queueLimit);
    }

    /// The same with another device.
    public AcceleratorOptions withDevice(int other) {
        return new AcceleratorOptions(mode, other, memoryBytes, queueLimit);
    }

    /// The same with another bound on device memory.
    public AcceleratorOptions withMemoryBytes(long bytes) {
        return new AcceleratorOptions(mode, device, bytes, queueLimit);
    }
}
