package dev.kith.gpu;

/// A CUDA runtime or cuBLAS function returned an error. The device is not used any more.
public final class CudaException extends GpuException {
    private final String function;
    private final int code;

    CudaException(String function, int code, String description) {
        super(function + " failed with " + code + ": " + description);
        this.function = function;
        this.code = code;
    }

    /// The C function that failed.
    public String function() {
        return function;
    }

    /// Its `cudaError_t`, or `cublasStatus_t` where the function's name begins with `cublas`.
    public int code() {
        return code;
    }
}
