package dev.kith.core;

import java.lang.foreign.MemorySegment;

/// Vectors less a centre, turned by a [FastRotation]: what the codes of a graph round. One at a time; not thread-safe.
final class Residuals {
    private final DenseVectors vectors;
    private final float[] centre;
    private final FastRotation rotation;
    private final float[] row;
    private final float[] residual;
    private final float[] scratch;

    /// @param centre what codes are relative to: the mean of the vectors, of the vectors scaled to length one under COSINE
    /// @param outputDimension components of a residual, the last of them 0 where the dimension was filled up
    /// @throws IllegalArgumentException if the vectors or the centre are not what the codes are for
    Residuals(DenseVectors vectors, float[] centre, CodedSpace space, int outputDimension) {
        if (vectors.dimension() != space.dimension() || vectors.metric() != space.metric()
                || centre.length != space.dimension()) {
            throw new IllegalArgumentException("codes are for " + space.metric() + " of " + space.dimension()
                    + " dimensions, vectors are " + vectors.metric() + " of " + vectors.dimension() + ", the centre has "
                    + centre.length);
        }
        this.vectors = vectors;
        this.centre = centre.clone();
        this.rotation = new FastRotation(space.dimension(), space.seed());
        this.row = new float[space.dimension()];
        this.residual = new float[outputDimension];
        this.scratch = new float[outputDimension];
    }

    /// What codes are of.
    record CodedSpace(Metric metric, int dimension, long seed) {}

    /// The residual of a vector, in an array that the next call overwrites.
    float[] of(int ordinal) {
        vectors.copyRow(ordinal, row);
        float scale = vectors.metric() == Metric.COSINE ? vectors.inverseNorm(ordinal) : 1f;
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i] * scale - centre[i];
        }
        rotation.rotate(row, residual, scratch);
        return residual;
    }

    /// Writes the two floats that end a code: what a distance adds for the vector itself, and the factor of its inner product with
    /// the query.
    ///
    /// @param squares sum of the squares of the residual
    /// @param f what makes the code's inner product that of the residual
    static void writeTerms(Metric metric, double squares, float f, MemorySegment bytes, long at) {
        float a = switch (metric) {
            case SQUARED_L2 -> (float) squares;
            case COSINE -> (float) squares / 2;
            case INNER_PRODUCT -> 0;
        };
        bytes.set(VectorKernels.FLOAT_LE, at, a);
        bytes.set(VectorKernels.FLOAT_LE, at + 4, metric == Metric.SQUARED_L2 ? -2 * f : -f);
    }
}
