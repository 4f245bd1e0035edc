package dev.kith.core;

/// Vectors an index can be built over and searched with: raw rows ([DenseVectors]) or the codes of a quantizer.
/// Immutable and thread-safe; the scorers it hands out are not.
public interface VectorSource {
    /// Number of vectors; ordinals are `[0, size)`.
    int size();

    /// Number of components of each vector.
    int dimension();

    /// The metric of all distances from this source.
    Metric metric();

    /// A scorer for a float query of length [#dimension()]. The array is copied.
    ///
    /// @throws IllegalArgumentException if the length is not the dimension
    Scorer scorer(float[] query);

    /// A scorer whose query is the stored vector `ordinal`; what building a graph uses.
    ///
    /// @throws IndexOutOfBoundsException if `ordinal` is not in `[0, size)`
    Scorer scorer(int ordinal);

    /// A scorer between stored vectors, whose query can be changed at the price of a copy.
    default PairScorer pairScorer() {
        return new RescoringPairScorer(this);
    }
}
