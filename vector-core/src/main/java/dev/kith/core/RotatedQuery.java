package dev.kith.core;

/// A query as all codes of one graph see it: scaled to length one under COSINE, then turned by the codes' [FastRotation], once
/// for every kind of code. Not thread-safe; allocates nothing after construction.
public final class RotatedQuery {
    private final Metric metric;
    private final int dimension;
    private final FastRotation rotation;
    private final float[] scaled;
    private final float[] scratch;
    final float[] components;
    /// Whether the SIMD kernels may run for this query.
    boolean simd;

    /// @param metric of the distances that will be estimated
    /// @param dimension components of the vectors, at least 1
    /// @param seed of the rotation
    public RotatedQuery(Metric metric, int dimension, long seed) {
        this.metric = metric;
        this.dimension = dimension;
        this.rotation = new FastRotation(dimension, seed);
        this.scaled = new float[dimension];
        this.scratch = new float[rotation.outputDimension()];
        this.components = new float[rotation.outputDimension()];
    }

    /// Takes a query. It must not be zero under COSINE.
    ///
    /// @throws IllegalArgumentException if it has not the vectors' dimension
    public void set(float[] query) {
        set(query, NeighbourCodes.fast());
    }

    void set(float[] query, boolean fast) {
        simd = fast;
        if (query.length != dimension) {
            throw new IllegalArgumentException("query has " + query.length + " components, the codes have " + dimension);
        }
        float factor = metric == Metric.COSINE ? ScalarKernels.inverseNorm(query, query.length) : 1f;
        for (int i = 0; i < query.length; i++) {
            scaled[i] = query[i] * factor;
        }
        rotation.rotate(scaled, components, scratch, simd);
    }
}
