package dev.kith.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Vectors of independent standard normal components.
final class Gaussian {
    private Gaussian() {}

    static float[] vector(int dimension, Random random) {
        float[] x = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    static DenseVectors rows(Metric metric, int dimension, int count, Random random) {
        MemorySegment rows = Arena.ofAuto().allocate(4L * dimension * count, 64);
        MemorySegment norms = Arena.ofAuto().allocate(4L * count, 64);
        for (int r = 0; r < count; r++) {
            float[] row = vector(dimension, random);
            double squares = 0;
            for (float x : row) {
                squares += (double) x * x;
            }
            MemorySegment.copy(row, 0, rows, VectorKernels.FLOAT_LE, 4L * dimension * r, dimension);
            norms.set(VectorKernels.FLOAT_LE, 4L * r, (float) (1 / Math.sqrt(squares)));
        }
        return new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, count, 4L * dimension, rows,
                metric == Metric.COSINE ? norms : MemorySegment.NULL);
    }
}
