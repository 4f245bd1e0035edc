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
                    DenseVectors vectors = DenseVectors.of(metric, encoding, DIMENSION, ROWS, (long) DIMENSION * encoding.bytes(),
                            rows);
                    warm(vectors, 0);
                    if (encoding == VectorEncoding.INT8) {
                        warm(vectors, 0.5f); // not a whole number, so that floats are summed
                    }
                }
            }
            if (RawMemory.available()) {
                warmNeighbours(rows);
                warmNodes(rows);
            }
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.WARNING, "the SIMD kernels could not be warmed up", e);
        }
    }

    private void warm(DenseVectors vectors, float component) {
        float[] query = new float[DIMENSION];
        query[0] = component;
        DenseScorer scorer = new DenseScorer(vectors, kind).query(query);
        float[] distances = new float[ROWS];
        until(() -> scorer.scoreRange(0, ROWS, distances));
        int[] one = new int[1];
        until(() -> {
            for (int i = 0; i < ROWS; i++) {
                scorer.score(one, 1, distances);
            }
        });
    }

    private void warmNeighbours(MemorySegment rows) {
        NeighbourCodes codes = new NeighbourCodes(Metric.SQUARED_L2, DIMENSION, 2 * NeighbourCodes.GROUP, 1);
        NeighbourEstimator estimator = codes.estimator();
        float[] query = new float[DIMENSION];
        until(() -> {
            estimator.query(query, true);
            for (int i = 0; i < ROWS / 4; i++) {
                estimator.below(rows, i * codes.rowBytes() / 4 & -64, 0, 1);
            }
        });
    }

    private void warmNodes(MemorySegment rows) {
        RotatedQuery query = new RotatedQuery(Metric.SQUARED_L2, DIMENSION, 1);
        int[] ordinals = new int[ROWS];
        float[] distances = new float[ROWS];
        query.set(new float[DIMENSION], true);
        SignCodes signs = new SignCodes(Metric.SQUARED_L2, DIMENSION, 1);
        SignEstimator signEstimator = signs.estimator();
        for (int bits : new int[]{8, 4}) {
            NodeCodes codes = new NodeCodes(Metric.SQUARED_L2, DIMENSION, bits, 1);
            NodeEstimator estimator = codes.estimator(new float[DIMENSION]);
            until(() -> {
                estimator.query(query);
                estimator.distances(rows, 0, codes.bytes(), ordinals, ROWS, distances);
            });
            until(() -> {
                signEstimator.query(estimator);
                signEstimator.distances(rows, 0, ordinals, ROWS, distances);
            });
        }
    }

    private static void until(Runnable batch) {
        long start = System.nanoTime();
        int fast = 0;
        while (fast < FAST_BATCHES && System.nanoTime() - start < LIMIT_NANOS) {
            long before = System.nanoTime();
            batch.run();
            fast = System.nanoTime() - before < FAST_NANOS ? fast + 1 : 0;
        }
    }
}
