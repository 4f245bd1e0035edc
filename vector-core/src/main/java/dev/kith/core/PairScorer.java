package dev.kith.core;

/// A scorer whose query is a stored vector and can be changed: what building a graph uses, where every vector is a query many
/// times. Not thread-safe: one belongs to one building thread.
public interface PairScorer extends Scorer {
    /// From now on distances are from the stored vector `ordinal`.
    ///
    /// @throws IndexOutOfBoundsException if `ordinal` is not in `[0, size)`
    void query(int ordinal);
}
