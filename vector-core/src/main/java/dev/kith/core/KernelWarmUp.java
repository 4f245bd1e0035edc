package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Runs each SIMD kernel on scratch memory until it is compiled. A batch of 64 rows takes milliseconds in the interpreter and
/// a few microseconds once compiled, so the clock tells; a kernel that stays slow is given up after a while, still correct.
final class KernelWarmUp implements Runnable {
    private static final int ROWS = 64;
    private static final int DIMENSION = 200; // whole blocks and a tail
    private static final long FAST_NANOS = 40_000;
    private static final int FAST_BATCHES = 50;
    private static final long LIMIT_NANOS = 3_000_000_000L;

    private final VectorKernels.Kind kind;

    KernelWarmUp(VectorKernels.Kind kind) {
        this.kind = kind;
    }

    @Override
    public void run() {
        if (kind == VectorKernels.Kind.SCALAR) {
            return;
        }
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = arena.allocate(4L * ROWS * DIMENSION, 64);
            for (VectorEncoding encoding : VectorEncoding.values()) {
                for (Metric metric : new Metric[]{Metric.INNER_PRODUCT, Metric.SQUARED_L2}) {
                    warm(DenseVectors.of(metric, encoding, DIMENSION, ROWS, (long) DIMENSION * encoding.bytes(), rows));
                }
            }
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.WARNING, "the SIMD kernels could not be warmed up", e);
        }
    }

    private void warm(DenseVectors vectors) {
        DenseScorer scorer = new DenseScorer(vectors, kind).query(new float[DIMENSION]);
        float[] distances = new float[ROWS];
        long start = System.nanoTime();
        int fast = 0;
        while (fast < FAST_BATCHES && System.nanoTime() - start < LIMIT_NANOS) {
            long before = System.nanoTime();
            scorer.scoreRange(0, ROWS, distances);
            fast = System.nanoTime() - before < FAST_NANOS ? fast + 1 : 0;
        }
    }
}
