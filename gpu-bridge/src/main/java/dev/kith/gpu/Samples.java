package dev.kith.gpu;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/// Random vectors for [GpuCheck].
final class Samples {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Samples() {}

    /// Normally distributed rows in memory of the arena.
    static DenseVectors vectors(Arena arena, Metric metric, int count, int dimension, long seed) {
        Random random = new Random(seed);
        long stride = 4L * dimension;
        MemorySegment rows = arena.allocate(stride * count, 64);
        MemorySegment norms = metric == Metric.COSINE ? arena.allocate(4L * count) : MemorySegment.NULL;
        for (int r = 0; r < count; r++) {
            float[] row = values(random, dimension);
            MemorySegment.copy(row, 0, rows, FLOAT, r * stride, dimension);
            if (metric == Metric.COSINE) {
                double squared = 0;
                for (float x : row) {
                    squared += (double) x * x;
                }
                norms.set(FLOAT, 4L * r, (float) (1 / Math.sqrt(squared)));
            }
        }
        return new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, count, stride, rows, norms);
    }

    static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
