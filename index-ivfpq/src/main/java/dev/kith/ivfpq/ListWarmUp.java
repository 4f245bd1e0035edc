package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.ListKernels;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// Builds and searches a small index until searches are quick, which they are once their kernels are compiled. On a busy machine that may
/// take long, and the scalar twins run so long.
final class ListWarmUp {
    private static final int ROWS = 2048;
    private static final int DIMENSION = 128;
    private static final int BUILDS = 8;
    private static final long FAST_NANOS = 60_000;
    private static final int FAST_SEARCHES = 300;
    private static final long LIMIT_NANOS = 120_000_000_000L;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ListWarmUp() {}

    /// Begins, unless it was begun before.
    static void begin() {
        ListKernels.warmUp(ListWarmUp::run);
    }

    private static void run() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = arena.allocate(4L * ROWS * DIMENSION, 64);
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < ROWS * DIMENSION; i++) {
                rows.setAtIndex(FLOAT, i, (float) random.nextGaussian());
            }
            DenseVectors vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, DIMENSION, ROWS, 4L * DIMENSION,
                    rows);
            long start = System.nanoTime();
            for (int i = 0; i < BUILDS && System.nanoTime() - start < LIMIT_NANOS; i++) {
                IvfBuilder builder = IvfBuilder.train(vectors, IvfPqParameters.DEFAULTS.withNlist(8 + i), BuildControl.NONE);
                builder.addAll(vectors);
                search(builder.build(), vectors, start, i < BUILDS - 1 ? 1 : FAST_SEARCHES);
            }
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.WARNING, "the SIMD kernels of lists could not be warmed up", e);
        }
    }

    private static void search(IvfPqIndex index, DenseVectors vectors, long start, int wanted) {
        float[] query = new float[DIMENSION];
        TopK nearest = new TopK(10);
        int fast = 0;
        while (fast < wanted && System.nanoTime() - start < LIMIT_NANOS) {
            query[fast % DIMENSION] += 0.1f;
            nearest.clear();
            long before = System.nanoTime();
            index.search(query, vectors.scorer(query), new SearchEffort(index.nlist(), 100, 100, 3f, 1f), null, nearest);
            boolean quick = System.nanoTime() - before < FAST_NANOS || wanted == 1;
            fast = quick ? fast + 1 : Math.max(0, fast - 1);
        }
    }
}
