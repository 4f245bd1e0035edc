package dev.kith.gpu;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.batch.BatchShape;
import java.io.Flushable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/// Checks the GPU of this machine against the CPU and measures both: what `kith gpu-check` runs. Writes plain lines and a
/// Markdown table that can be pasted into an issue.
public final class GpuCheck {
    private static final int[] BATCHES = {1, 16, 256, 2048};
    private static final int CONFORMANCE_ROUNDS = 8;

    private final Appendable out;
    private final Size size;

    private GpuCheck(Appendable out, Size size) {
        this.out = out;
        this.size = size;
    }

    /// How much to measure with; host memory of `rows x dimension x 4` bytes.
    ///
    /// @param rows rows searched
    /// @param dimension components of each
    public record Size(int rows, int dimension) {
        /// 150 MB of vectors, under a minute on most devices.
        public static final Size USUAL = new Size(100_000, 384);

        /// Checks the ranges.
        public Size {
            if (rows < 1 || dimension < 1) {
                throw new IllegalArgumentException("rows and dimension must be at least 1, were " + rows + " and " + dimension);
            }
        }
    }

    /// How a check ended.
    public enum Outcome {
        /// No usable device; what was written says why.
        NO_DEVICE,
        /// The device answered as the CPU does.
        CONFORMS,
        /// The device failed, or answered otherwise than the CPU: do not use it, and please report what was written.
        FAILED
    }

    /// Looks for a device, compares it with the CPU and measures both.
    ///
    /// @throws IOException if `out` cannot be written to
    public static Outcome run(GpuOptions options, Size size, Appendable out) throws IOException {
        GpuCheck check = new GpuCheck(out, size);
        return switch (GpuBatchScorer.open(options)) {
            case GpuBatchScorer.Search.Absent(var reason) -> {
                check.line("No GPU is used: " + reason + ".");
                check.line("Everything works without one; batch work runs on the CPU.");
                yield Outcome.NO_DEVICE;
            }
            case GpuBatchScorer.Search.Found(var scorer) -> {
                try (scorer) {
                    check.describe(scorer.info());
                }
                yield check.judge(options);
            }
        };
    }

    private Outcome judge(GpuOptions options) throws IOException {
        try {
            if (!conforms(options)) {
                return Outcome.FAILED;
            }
            measure(options);
            return Outcome.CONFORMS;
        } catch (GpuException e) {
            line("The device failed: " + e.reason());
            return Outcome.FAILED;
        }
    }

    private void line(String text) throws IOException {
        out.append(text).append('\n');
        if (out instanceof Flushable buffered) {
            buffered.flush(); // a measurement takes a while; each line is shown when it is known
        }
    }

    private void describe(GpuInfo info) throws IOException {
        line(String.format(Locale.ROOT, "%s (device %d, compute capability %.1f, %d multiprocessors, %.1f GB)", info.name(),
                info.number(), info.computeCapability() / 10.0, info.multiprocessors(), info.memoryBytes() / 1e9));
        line("driver for CUDA " + GpuDevice.version(info.driverVersion()) + ", runtime "
                + GpuDevice.version(info.runtimeVersion())
                + ", " + info.libraries());
        line(String.format(Locale.ROOT, "by its data sheet: %.1f TFLOP/s in float32, memory %.0f GB/s", info.peakFlops() / 1e12,
                info.memoryBytesPerSecond() / 1e9));
        line("");
    }

    private boolean conforms(GpuOptions options) throws IOException {
        int searches = 0;
        for (GpuPrecision precision : GpuPrecision.values()) {
            if (precision != GpuPrecision.FLOAT32 && !runs(options, precision)) {
                line(precision + ": not on this device");
                continue;
            }
            for (Metric metric : Metric.values()) {
                for (int seed = 1; seed <= CONFORMANCE_ROUNDS; seed++) {
                    if (!sameAnswers(options.withPrecision(precision), metric, seed)) {
                        return false;
                    }
                    searches++;
                }
            }
        }
        line("Conformance: " + searches + " random searches answered as the CPU answers them.");
        line("");
        return true;
    }

    /// Whether a device has a format; it says so by refusing the first product.
    private static boolean runs(GpuOptions options, GpuPrecision precision) {
        try (GpuBatchScorer scorer = opened(options.withPrecision(precision)); Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = vectors(arena, Metric.INNER_PRODUCT, new Size(4, 8), 1);
            scorer.nearest(vectors, new float[8], 1, 1, AcceptOrdinals.all(4));
            return true;
        } catch (CudaException e) {
            if (e.function().equals("cublasGemmEx")) {
                return false;
            }
            throw e;
        }
    }

    private boolean sameAnswers(GpuOptions options, Metric metric, int seed) throws IOException {
        Random random = new Random(seed);
        Size shape = new Size(1 + random.nextInt(Math.min(3000, size.rows)), 1 + random.nextInt(Math.min(300, size.dimension)));
        int queryCount = 1 + random.nextInt(200);
        int k = 1 + random.nextInt(20);
        try (GpuBatchScorer scorer = opened(options); Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = vectors(arena, metric, shape, seed);
            float[] queries = values(new Random(seed + 1000), queryCount * shape.dimension);
            AcceptOrdinals all = AcceptOrdinals.all(shape.rows);
            long[][] expected = BatchScorers.cpu().nearest(vectors, queries, queryCount, k, all);
            long[][] streamed = scorer.nearest(vectors, queries, queryCount, k, all);
            long[][] resident;
            try (ResidentVectors _ = scorer.resident(vectors)) {
                resident = scorer.nearest(vectors, queries, queryCount, k, all);
            }
            if (Arrays.deepEquals(expected, streamed) && Arrays.deepEquals(expected, resident)) {
                return true;
            }
            line("NOT CONFORMANT: " + options.precision() + " " + metric + " " + shape + ", " + queryCount + " queries, k " + k
                    + ", seed " + seed + ": the device's answer differs from the CPU's");
            return false;
        }
    }

    private void measure(GpuOptions options) throws IOException {
        Rates rates = Rates.measure(options, size);
        line(String.format(Locale.ROOT, "Transfer (pinned, 64 MB): up %.1f GB/s, down %.1f GB/s", rates.upBytesPerSecond() / 1e9,
                rates.downBytesPerSecond() / 1e9));
        rates.productFlops().forEach((precision, flops) -> append(precision, flops));
        line("");
        line("Exact search, k 10, " + size.rows + " x " + size.dimension + ", queries a second:");
        line("");
        line("| queries in a call | CPU, 1 thread | GPU, rows sent | GPU, rows resident | GPU / CPU | model, rows sent |");
        line("|---|---|---|---|---|---|");
        try (Arena arena = Arena.ofConfined(); GpuBatchScorer scorer = opened(options)) {
            DenseVectors vectors = vectors(arena, Metric.SQUARED_L2, size, 1);
            for (int batch : BATCHES) {
                compare(scorer, vectors, batch);
            }
        }
    }

    private void append(GpuPrecision precision, double flops) {
        try {
            line(String.format(Locale.ROOT, "Product in %s: %.2f TFLOP/s", precision, flops / 1e12));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void compare(GpuBatchScorer scorer, DenseVectors vectors, int batch) throws IOException {
        float[] queries = values(new Random(batch), batch * size.dimension);
        double cpu = batch / seconds(BatchScorers.cpu(), vectors, queries, batch);
        double sent = batch / seconds(scorer, vectors, queries, batch);
        double resident;
        try (ResidentVectors _ = scorer.resident(vectors)) {
            resident = batch / seconds(scorer, vectors, queries, batch);
        } catch (GpuMemoryException e) {
            resident = Double.NaN;
        }
        double model = batch / scorer.estimatedSeconds(
                new BatchShape(batch, vectors.count(), size.dimension, 10, VectorEncoding.FLOAT32));
        line(String.format(Locale.ROOT, "| %d | %.0f | %.0f | %s | %.2f | %.0f |", batch, cpu, sent,
                Double.isNaN(resident) ? "does not fit" : String.format(Locale.ROOT, "%.0f", resident), sent / cpu, model));
    }

    /// The shorter of two runs, after one that warms up.
    private static double seconds(BatchScorer scorer, DenseVectors vectors, float[] queries, int batch) {
        double best = Double.POSITIVE_INFINITY;
        for (int run = 0; run < 3; run++) {
            long start = System.nanoTime();
            scorer.nearest(vectors, queries, batch, 10, AcceptOrdinals.all(vectors.count()));
            if (run > 0) {
                best = Math.min(best, (System.nanoTime() - start) * 1e-9);
            }
        }
        return best;
    }

    static GpuBatchScorer opened(GpuOptions options) {
        return switch (GpuBatchScorer.open(options)) {
            case GpuBatchScorer.Search.Found(var scorer) -> scorer;
            case GpuBatchScorer.Search.Absent(var reason) -> throw new GpuClosedException("the device (" + reason + ")");
        };
    }

    private static DenseVectors vectors(Arena arena, Metric metric, Size size, long seed) {
        return Samples.vectors(arena, metric, size.rows, size.dimension, seed);
    }

    private static float[] values(Random random, int count) {
        return Samples.values(random, count);
    }
}
