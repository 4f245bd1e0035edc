package dev.kith.core.cluster;

/// How k-means runs.
///
/// @param iterations most Lloyd iterations of one flat run, at least 1; it stops earlier when the distortion stands still
/// @param seed of every random choice; the same points, parameters and seed give the same centroids
/// @param maxImbalance a cluster larger than this many times the mean is split at each iteration, the smallest one paying with
///        its place; at least 1.5. Lists of even size are what keeps the slowest query near the mean one
public record KMeansParameters(int iterations, long seed, float maxImbalance) {
    /// Ten iterations, clusters at most three times the mean: beyond ten the distortion moves by less than a percent.
    public static final KMeansParameters DEFAULTS = new KMeansParameters(10, 42, 3f);

    /// Checks the ranges.
    public KMeansParameters {
        if (iterations < 1) {
            throw new IllegalArgumentException("iterations must be at least 1, was " + iterations);
        }
        if (!(maxImbalance >= 1.5f)) {
            throw new IllegalArgumentException("maxImbalance must be at least 1.5, was " + maxImbalance);
        }
    }

    /// The same with another seed.
    public KMeansParameters withSeed(long other) {
        return new KMeansParameters(iterations, other, maxImbalance);
    }

    /// The same with another number of iterations.
    public KMeansParameters withIterations(int other) {
        return new KMeansParameters(other, seed, maxImbalance);
    }
}
