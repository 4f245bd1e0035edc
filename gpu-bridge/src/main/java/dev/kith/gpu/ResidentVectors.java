package dev.kith.gpu;

import dev.kith.core.DenseVectors;
import dev.kith.core.batch.RowNorms;

/// Vectors that stay in device memory from call to call: searches over the same [DenseVectors] object then send queries only.
/// The vectors' own memory must stay open too, for the exact distances. Whoever made this closes it; closing the scorer
/// closes it as well, and then it does nothing more. Thread-safe.
public final class ResidentVectors implements AutoCloseable {
    private final GpuBatchScorer scorer;
    private final DenseVectors vectors;
    private final DeviceBuffer rows;
    private final float[] biases;
    private final RowNorms norms;

    ResidentVectors(GpuBatchScorer scorer, DenseVectors vectors, DeviceBuffer rows, float[] biases, RowNorms norms) {
        this.scorer = scorer;
        this.vectors = vectors;
        this.rows = rows;
        this.biases = biases;
        this.norms = norms;
    }

    DenseVectors vectors() {
        return vectors;
    }

    /// Address of row `ordinal` on the device.
    long address(int ordinal, long rowBytes) {
        return rows.address() + ordinal * rowBytes;
    }

    float[] biases() {
        return biases;
    }

    RowNorms norms() {
        return norms;
    }

    /// Device memory taken.
    public long bytes() {
        return rows.bytes();
    }

    void free() {
        rows.close();
    }

    /// Frees the device memory; searches over these vectors send rows again. Waits for a call in flight.
    @Override
    public void close() {
        scorer.evict(this);
    }
}
