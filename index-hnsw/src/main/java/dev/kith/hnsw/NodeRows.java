package dev.kith.hnsw;

/// What a node of the graph carries.
public enum NodeRows {
    /// Links only: a search scores the vectors of all neighbours. Smallest, and works over any vectors.
    LINKS,
    /// Links, one-bit codes of the neighbours beside them ([dev.kith.core.NeighbourCodes]), and the node's own eight-bit code
    /// ([dev.kith.core.NodeCodes]): a search reads one row to know the distance of a node and estimate those of all its
    /// neighbours, and scores full vectors only to rerank the best. Beside the rows stand the signs of each node
    /// ([dev.kith.core.SignCodes]), by which filtered searches scan. Fastest, for about `dimension * (2 * m / 8 + 1.2)` bytes a
    /// node more. Needs raw vectors of 64 dimensions or more to pay.
    CODED,
    /// Links, and a four-bit code of each node: a search walks by the codes and scores full vectors only to rerank the best, so
    /// that what must stay in memory is a fifth of the float vectors. About `dimension / 2` bytes a node more than [#LINKS].
    COMPACT,
    /// [#CODED] where the graph is built over raw vectors of floats, in any encoding, of at least 128 dimensions, else [#LINKS].
    BEST;

    /// Fewest dimensions for which [#BEST] is [#CODED].
    static final int BEST_CODED_DIMENSION = 128;
}
