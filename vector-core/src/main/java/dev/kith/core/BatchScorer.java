package dev.kith.core;

/// Exact nearest neighbours for many queries at once: the seam an accelerator implements (found by `ServiceLoader`), with
/// the CPU as the implementation that is always there. Implementations are thread-safe.
public interface BatchScorer {
    /// For each of `queryCount` queries the `k` nearest rows of `vectors`, exact up to ties.
    ///
    /// @param queries row-major, shape (queryCount, dimension)
    /// @param accept rows that may be answered
    /// @return keys of [TopK#key(float, int)], nearest first, shape (queryCount, at most k)
    long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept);

    /// Short name for explanations and logs, such as `cpu` or `cuda:0`.
    String name();
}
