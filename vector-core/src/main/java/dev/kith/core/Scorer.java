package dev.kith.core;

/// Distances from one fixed query to the vectors of a [VectorSource], named by ordinal. The seam between an index and its
/// vectors; bulk is the main road, because the per-call cost and the memory latency are then shared by many rows.
///
/// Not thread-safe: one scorer belongs to one search. The source's memory must stay open while it is used.
public interface Scorer {
    /// Writes the distance of `ordinals[i]` to `distances[i]` for `0 <= i < count`.
    ///
    /// @throws IndexOutOfBoundsException if an ordinal is not in `[0, size)` or an array is shorter than `count`
    void score(int[] ordinals, int count, float[] distances);

    /// Writes the distance of `firstOrdinal + i` to `distances[i]` for `0 <= i < count`: the road of exact scans.
    ///
    /// @throws IndexOutOfBoundsException if the range is not within `[0, size)` or the array is shorter than `count`
    void scoreRange(int firstOrdinal, int count, float[] distances);

    /// Number of vectors that can be scored; ordinals are `[0, size)`.
    int size();

    /// Copies the query into `target` as floats, for a walk that estimates distances in its own way; false if the scorer
    /// cannot tell its query, and then `target` is not touched.
    ///
    /// @param target of the vectors' dimension
    default boolean copyQuery(float[] target) {
        return false;
    }
}
