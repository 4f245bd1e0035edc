package dev.kith.gpu;

import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.AcceleratorProvider;
import java.util.List;

/// Offers CUDA devices to [dev.kith.core.batch.BatchScorers]; found by `ServiceLoader`.
public final class CudaAcceleratorProvider implements AcceleratorProvider {
    /// For `ServiceLoader`.
    public CudaAcceleratorProvider() {}

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Found open(AcceleratorOptions options) {
        var search = GpuBatchScorer.open(new GpuOptions(options, GpuPrecision.FLOAT32, List.of()));
        return switch (search) {
            case GpuBatchScorer.Search.Found(var scorer) -> new Found.Usable(scorer);
            case GpuBatchScorer.Search.Absent(var reason) -> new Found.Unavailable(reason);
        };
    }
}
