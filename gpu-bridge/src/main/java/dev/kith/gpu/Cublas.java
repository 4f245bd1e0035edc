package dev.kith.gpu;

import static dev.kith.gpu.NativeCalls.INT;
import static dev.kith.gpu.NativeCalls.LONG;
import static dev.kith.gpu.NativeCalls.POINTER;
import static dev.kith.gpu.NativeCalls.function;
import static dev.kith.gpu.NativeCalls.status;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The part of cuBLAS this module uses: the one class that knows its C signatures. Every status but success becomes a
/// [CudaException]. Thread-safe; a handle, which is an address, is not.
///
/// Matrices are column-major. Row-major vectors, shape (count, dimension), are therefore the matrix (dimension, count).
final class Cublas {
    private static final int OP_N = 0;
    private static final int OP_T = 1;
    private static final int DEFAULT_MATH = 0;
    private static final int R_32F = 0;
    private static final int R_16F = 2;
    private static final int R_16BF = 14;
    private static final int COMPUTE_32F = 68;
    private static final int COMPUTE_32F_FAST_TF32 = 77;
    private static final int GEMM_DEFAULT = -1;

    /// Operands of `products = rows x queries^T`: device addresses of row-major vectors, and how many there are.
    ///
    /// @param rows address, shape (rowCount, dimension)
    /// @param queries address, shape (queryCount, dimension)
    /// @param products address of float32, shape (queryCount, rowCount) row-major: a query's products lie together
    record Product(long rows, int rowCount, long queries, int queryCount, int dimension, long products) {}

    private final MethodHandle create;
    private final MethodHandle destroy;
    private final MethodHandle version;
    private final MethodHandle setStream;
    private final MethodHandle setMathMode;
    private final MethodHandle sgemm;
    private final MethodHandle gemmEx;
    private final MethodHandle sgemmStridedBatched;
    private final MethodHandle statusText;
    private final MemorySegment one;
    private final MemorySegment zero;

    /// Binds all functions.
    ///
    /// @throws NativeCalls.MissingSymbolException if one is missing
    Cublas(SymbolLookup library) {
        create = function(library, "cublasCreate_v2", POINTER);
        destroy = function(library, "cublasDestroy_v2", LONG);
        version = function(library, "cublasGetVersion_v2", LONG, POINTER);
        setStream = function(library, "cublasSetStream_v2", LONG, LONG);
        setMathMode = function(library, "cublasSetMathMode", LONG, INT);
        sgemm = function(library, "cublasSgemm_v2", LONG, INT, INT, INT, INT, INT, POINTER, LONG, INT, LONG, INT, POINTER, LONG,
                INT);
        gemmEx = function(library, "cublasGemmEx", LONG, INT, INT, INT, INT, INT, POINTER, LONG, INT, INT, LONG, INT, INT,
                POINTER, LONG, INT, INT, INT, INT);
        sgemmStridedBatched = function(library, "cublasSgemmStridedBatched", LONG, INT, INT, INT, INT, INT, POINTER, LONG, INT,
                LONG, LONG, INT, LONG, POINTER, LONG, INT, LONG, INT);
        statusText = NativeCalls.text(library, "cublasGetStatusString");
        one = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 1f);
        zero = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 0f);
    }

    private void check(String function, int status) {
        if (status != 0) {
            throw new CudaException(function, status, NativeCalls.describe(statusText, status));
        }
    }

    /// A handle on the current device, in the default math mode.
    long create() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(LONG);
            check("cublasCreate", status(() -> (int) create.invokeExact(target)));
            long handle = target.get(LONG, 0);
            try {
                check("cublasSetMathMode", status(() -> (int) setMathMode.invokeExact(handle, DEFAULT_MATH)));
            } catch (CudaException e) {
                destroyAfter(handle, e);
                throw e;
            }
            return handle;
        }
    }

    private void destroyAfter(long handle, CudaException failure) {
        try {
            destroy(handle);
        } catch (CudaException second) {
            failure.addSuppressed(second);
        }
    }

    void destroy(long handle) {
        check("cublasDestroy", status(() -> (int) destroy.invokeExact(handle)));
    }

    /// Version of cuBLAS, as 10000 x major + 100 x minor + patch.
    int version(long handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(INT);
            check("cublasGetVersion", status(() -> (int) version.invokeExact(handle, target)));
            return target.get(INT, 0);
        }
    }

    /// The stream on which later products of a handle run.
    void setStream(long handle, long stream) {
        check("cublasSetStream", status(() -> (int) setStream.invokeExact(handle, stream)));
    }

    /// Queues a product in a precision; its operands hold components of that precision's size.
    void multiply(long handle, GpuPrecision precision, Product p) {
        switch (precision) {
            case FLOAT32 -> check("cublasSgemm",
                    status(() -> (int) sgemm.invokeExact(handle, OP_T, OP_N, p.rowCount, p.queryCount, p.dimension, one, p.rows,
                            p.dimension, p.queries, p.dimension, zero, p.products, p.rowCount)));
            case TF32 -> multiplyMixed(handle, R_32F, COMPUTE_32F_FAST_TF32, p);
            case FLOAT16 -> multiplyMixed(handle, R_16F, COMPUTE_32F, p);
            case BFLOAT16 -> multiplyMixed(handle, R_16BF, COMPUTE_32F, p);
        }
    }

    private void multiplyMixed(long handle, int type, int compute, Product p) {
        check("cublasGemmEx",
                status(() -> (int) gemmEx.invokeExact(handle, OP_T, OP_N, p.rowCount, p.queryCount, p.dimension, one, p.rows,
                        type,
                        p.dimension, p.queries, type, p.dimension, zero, p.products, R_32F, p.rowCount, compute, GEMM_DEFAULT)));
    }

    /// Queues `batches` float32 products of the same shape whose operands and products each lie one behind the other.
    void multiplyBatched(long handle, Product p, int batches) {
        long rowStride = (long) p.rowCount * p.dimension;
        long queryStride = (long) p.queryCount * p.dimension;
        long productStride = (long) p.rowCount * p.queryCount;
        check("cublasSgemmStridedBatched",
                status(() -> (int) sgemmStridedBatched.invokeExact(handle, OP_T, OP_N, p.rowCount, p.queryCount, p.dimension, one,
                        p.rows, p.dimension, rowStride, p.queries, p.dimension, queryStride, zero, p.products, p.rowCount,
                        productStride, batches)));
    }
}
