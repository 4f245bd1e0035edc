package dev.kith.core.batch;

import dev.kith.core.DenseVectors;
import dev.kith.core.VectorEncoding;

/// The size of one batch search: what a cost model needs to know.
///
/// @param queryCount number of queries
/// @param rows number of rows that may be answered, at most the number of vectors
/// @param dimension components of each vector
/// @param k neighbours asked for
/// @param encoding how a row is stored, which says how many bytes it has
public record BatchShape(int queryCount, int rows, int dimension, int k, VectorEncoding encoding) {
    /// Checks the ranges.
    public BatchShape {
        if (queryCount < 0) {
            throw new IllegalArgumentException("queryCount must not be negative, was " + queryCount);
        }
        if (rows < 0) {
            throw new IllegalArgumentException("rows must not be negative, was " + rows);
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
    }

    /// The shape of a call, after checking that the arguments belong together.
    ///
    /// @throws IllegalArgumentException if `queries` is shorter than `queryCount` rows or a number is out of range
    public static BatchShape of(DenseVectors vectors, float[] queries, int queryCount, int k, int accepted) {
        BatchShape shape = new BatchShape(queryCount, accepted, vectors.dimension(), k, vectors.encoding());
        if (queries.length < (long) queryCount * vectors.dimension()) {
            throw new IllegalArgumentException("queries must hold " + queryCount + " x " + vectors.dimension()
                    + " components, holds " + queries.length);
        }
        return shape;
    }

    /// Number of query-row pairs.
    public double pairs() {
        return (double) queryCount * rows;
    }

    /// Floating-point operations of all inner products, a multiply and an add counted as two.
    public double flops() {
        return 2.0 * pairs() * dimension;
    }
}
