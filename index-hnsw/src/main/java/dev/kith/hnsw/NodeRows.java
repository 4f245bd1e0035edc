package dev.kith.hnsw;

/// What a node of the graph carries.
public enum NodeRows {
    /// Links only: a search scores the vectors of all neighbours. Smallest, and works over any vectors.
    LINKS,
    /// Links, and one-bit codes of the neighbours beside them ([dev.kith.core.NeighbourCodes]): a search reads one row to
    /// estimate all neighbours of a node and scores only the nodes it visits. Several times faster, for about
    /// `2 * m * dimension / 8` bytes a node more. Needs raw vectors of 64 dimensions or more to pay.
    CODED,
    /// [#CODED] where the graph is built over raw float vectors of at least 128 dimensions, else [#LINKS].
    BEST;

    /// Fewest dimensions for which [#BEST] is [#CODED].
    static final int BEST_CODED_DIMENSION = 128;
}
