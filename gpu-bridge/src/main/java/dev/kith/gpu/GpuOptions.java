package dev.kith.gpu;

import dev.kith.core.batch.AcceleratorMode;
import dev.kith.core.batch.AcceleratorOptions;
import java.nio.file.Path;
import java.util.List;

/// How to open a GPU.
///
/// @param accelerator device number, memory cap and queue limit
/// @param precision the format products are computed in
/// @param libraryFolders the only folders to look for the CUDA libraries in; empty for the usual ones, see [CudaLibraries]
public record GpuOptions(AcceleratorOptions accelerator, GpuPrecision precision, List<Path> libraryFolders) {
    /// The first device, float32, the usual folders.
    public static final GpuOptions DEFAULTS = new GpuOptions(AcceleratorOptions.AUTO, GpuPrecision.FLOAT32, List.of());

    /// Copies the list.
    public GpuOptions {
        libraryFolders = List.copyOf(libraryFolders);
        if (accelerator.mode() == AcceleratorMode.OFF) {
            throw new IllegalArgumentException("accelerator.mode must be AUTO or REQUIRED to open a GPU, was OFF");
        }
    }

    /// The same with another precision.
    public GpuOptions withPrecision(GpuPrecision other) {
        return new GpuOptions(accelerator, other, libraryFolders);
    }

    /// The same with another device, memory cap or queue limit.
    public GpuOptions withAccelerator(AcceleratorOptions other) {
        return new GpuOptions(other, precision, libraryFolders);
    }

    /// The same, looking for the libraries in these folders only.
    public GpuOptions withLibraryFolders(List<Path> folders) {
        return new GpuOptions(accelerator, precision, folders);
    }
}
