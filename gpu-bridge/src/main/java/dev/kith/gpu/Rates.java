package dev.kith.gpu;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Measured speed of a device's parts, in device time.
///
/// @param upBytesPerSecond copies from pinned memory
/// @param downBytesPerSecond copies to pinned memory
/// @param productFlops matrix products of up to 4096 rows and 1024 queries, by format; formats the device lacks are missing
record Rates(double upBytesPerSecond, double downBytesPerSecond, Map<GpuPrecision, Double> productFlops) {
    private static final long COPY_BYTES = 64L << 20;
    private static final int MOST_ROWS = 4096;
    private static final int MOST_QUERIES = 1024;
    private static final int REPEATS = 5;

    /// Measures on a device of its own opening, which it closes.
    static Rates measure(GpuOptions options, GpuCheck.Size size) {
        GpuDevice.Search search = GpuDevice.open(options);
        GpuDevice device = search.device();
        if (device == null) {
            throw new GpuClosedException("the device (" + search.reason() + ")");
        }
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            device.use();
            Rates rates = measure(new Bench(device, owned), size);
            List<AutoCloseable> all = List.copyOf(owned);
            owned.clear();
            Closing.all(all);
            return rates;
        } catch (RuntimeException e) {
            Closing.after(e, owned);
            throw e;
        }
    }

    private static Rates measure(Bench bench, GpuCheck.Size size) {
        PinnedBuffer host = bench.own(new PinnedBuffer(bench.runtime, COPY_BYTES));
        DeviceBuffer there = bench.own(bench.device.allocate("a copy to measure", COPY_BYTES));
        long hostAddress = host.memory().fill((byte) 0).address();
        double up = COPY_BYTES / bench.seconds(
                () -> bench.runtime.copy(there.address(), hostAddress, COPY_BYTES, CudaRuntime.Direction.UP, bench.stream));
        double down = COPY_BYTES / bench.seconds(
                () -> bench.runtime.copy(hostAddress, there.address(), COPY_BYTES, CudaRuntime.Direction.DOWN, bench.stream));
        return new Rates(up, down, products(bench, size));
    }

    private static Map<GpuPrecision, Double> products(Bench bench, GpuCheck.Size size) {
        int dimension = size.dimension();
        int rowCount = Math.min(MOST_ROWS, size.rows());
        int queryCount = Math.min(MOST_QUERIES, size.rows());
        Cublas blas = bench.device.blas();
        long handle = blas.create();
        bench.own(() -> blas.destroy(handle));
        blas.setStream(handle, bench.stream);
        DeviceBuffer rows = bench.own(bench.device.allocate("rows to measure", 4L * rowCount * dimension));
        DeviceBuffer queries = bench.own(bench.device.allocate("queries to measure", 4L * queryCount * dimension));
        DeviceBuffer products = bench.own(bench.device.allocate("products to measure", 4L * rowCount * queryCount));
        var product = new Cublas.Product(rows.address(), rowCount, queries.address(), queryCount, dimension, products.address());
        Map<GpuPrecision, Double> flops = new EnumMap<>(GpuPrecision.class);
        for (GpuPrecision precision : GpuPrecision.values()) {
            try {
                double seconds = bench.seconds(() -> blas.multiply(handle, precision, product));
                flops.put(precision, 2.0 * rowCount * queryCount * dimension / seconds);
            } catch (CudaException e) {
                if (!e.function().equals("cublasGemmEx")) {
                    throw e;
                }
            }
        }
        return flops;
    }

    /// A stream and two events to time what is queued between them.
    private static final class Bench {
        private final GpuDevice device;
        private final CudaRuntime runtime;
        private final List<AutoCloseable> owned;
        private final long stream;
        private final long start;
        private final long end;

        Bench(GpuDevice device, List<AutoCloseable> owned) {
            this.device = device;
            this.runtime = device.runtime();
            this.owned = owned;
            this.stream = runtime.createStream();
            owned.add(() -> runtime.destroyStream(stream));
            this.start = runtime.createEvent();
            owned.add(() -> runtime.destroyEvent(start));
            this.end = runtime.createEvent();
            owned.add(() -> runtime.destroyEvent(end));
        }

        <T extends AutoCloseable> T own(T thing) {
            owned.add(thing);
            return thing;
        }

        /// Device seconds of the quickest of several runs.
        double seconds(Runnable queued) {
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < REPEATS; i++) {
                runtime.recordEvent(start, stream);
                queued.run();
                runtime.recordEvent(end, stream);
                runtime.awaitEvent(end);
                best = Math.min(best, runtime.elapsedMillis(start, end) * 1e-3);
            }
            return best;
        }
    }
}
