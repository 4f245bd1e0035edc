package dev.kith.core.batch;

/// Whether batch work may leave the CPU.
public enum AcceleratorMode {
    /// Never; no accelerator is looked for.
    OFF,
    /// Where a cost model expects a gain; any failure falls back to the CPU with the same answer.
    AUTO,
    /// Always; a missing or failing accelerator is an error.
    REQUIRED
}
