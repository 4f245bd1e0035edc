package dev.kith.core.batch;

import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;

/// A batch scorer on a device that can fail and must be closed. Its answers equal the CPU's.
///
/// [#nearest] throws [AcceleratorException] where the device cannot answer. Thread-safe; [#close] waits for calls in flight
/// or makes them throw.
public interface BatchAccelerator extends BatchScorer, AutoCloseable {
    /// Seconds a call of this shape should take, by a model of the device; compared with the CPU's.
    double estimatedSeconds(BatchShape shape);

    /// The same for a search over these very vectors, which the device may hold already, so that they need not be sent.
    default double estimatedSeconds(DenseVectors vectors, BatchShape shape) {
        return estimatedSeconds(shape);
    }

    /// Whether it can still be called: false for ever after the device failed or this was closed.
    boolean usable();

    /// Frees the device. Later calls throw. Closing twice does nothing.
    @Override
    void close();
}
