package dev.kith.gpu;

import dev.kith.core.batch.BatchShape;

/// How long a batch should take on a device: the sum of what cannot overlap and the largest of what can. Every figure is a
/// documented guess until a GPU has been measured (docs/guide/gpu.md derives them); guesses are on the slow side, so that
/// [dev.kith.core.batch.AcceleratorMode#AUTO] leaves work on the CPU when in doubt.
final class GpuCostModel {
    private static final double CALL_SECONDS = 300e-6;
    private static final double BLOCK_SECONDS = 30e-6;
    /// Of a peripheral bus, either way: PCIe 3.0 x16 in practice.
    private static final double BUS_BYTES_PER_SECOND = 10e9;
    /// Rows converted and written to pinned memory by one thread.
    private static final double STAGED_BYTES_PER_SECOND = 4e9;
    /// Products one thread compares with a limit.
    private static final double SCANNED_PER_SECOND = 3e9;
    /// Share of the peak a large product reaches.
    private static final double PRODUCT_EFFICIENCY = 0.5;
    /// Where the library does not tell a clock: a small device.
    private static final double UNKNOWN_FLOPS = 2e12;

    private final double flops;
    private final GpuPrecision precision;

    GpuCostModel(GpuInfo info, GpuPrecision precision) {
        double peak = info.peakFlops() > 0 ? info.peakFlops() : UNKNOWN_FLOPS;
        this.flops = PRODUCT_EFFICIENCY * peak; // tensor cores are not counted on
        this.precision = precision;
    }

    /// For rows that are sent up.
    double seconds(BatchShape shape) {
        return seconds(shape, false);
    }

    /// @param resident whether the rows, all of which are then multiplied, are on the device already
    double seconds(BatchShape shape, boolean resident) {
        if (shape.queryCount() == 0 || shape.rows() == 0) {
            return 0;
        }
        BlockPlan plan = BlockPlan.choose(shape.queryCount(), shape.rows(), shape.dimension(),
                Math.min(shape.k(), shape.rows()), precision, Long.MAX_VALUE);
        double groups = Math.ceil((double) shape.queryCount() / plan.queries());
        double blocks = groups * Math.ceil((double) shape.rows() / plan.rows());
        double rowBytes = resident ? 0 : (double) plan.rowBytes() * shape.rows() * groups;
        double productBytes = 4 * shape.pairs();
        double host = rowBytes / STAGED_BYTES_PER_SECOND + shape.pairs() / SCANNED_PER_SECOND;
        double overlapped = Math.max(Math.max(rowBytes, productBytes) / BUS_BYTES_PER_SECOND,
                Math.max(shape.flops() / flops, host));
        return CALL_SECONDS + blocks * BLOCK_SECONDS + overlapped;
    }
}
