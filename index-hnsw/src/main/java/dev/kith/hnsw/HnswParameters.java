package dev.kith.hnsw;

import java.util.Objects;

/// How a graph is built. Names as in Malkov & Yashunin, "Efficient and robust approximate nearest neighbor search using
/// Hierarchical Navigable Small World graphs" (2016/2018), section 4.
///
/// @param m links of a node above level 0, in [2, 256]; level 0 holds `2 * m`
/// @param efConstruction candidates kept while a node looks for its neighbours, in [1, 100000]
/// @param seed decides the levels; the same seed, vectors and parameters give the same graph, byte for byte
/// @param rows what nodes carry; of a built index never [NodeRows#BEST] but what it came to
public record HnswParameters(int m, int efConstruction, long seed, NodeRows rows) {
    /// Largest [#m()].
    public static final int MAX_M = 256;
    /// Largest [#efConstruction()].
    public static final int MAX_EF_CONSTRUCTION = 100_000;

    /// What suits embeddings of a few hundred dimensions: 16 links, 200 candidates.
    public static final HnswParameters DEFAULT = new HnswParameters(16, 200, 42);

    /// With [NodeRows#BEST].
    public HnswParameters(int m, int efConstruction, long seed) {
        this(m, efConstruction, seed, NodeRows.BEST);
    }

    /// Checks the ranges.
    public HnswParameters {
        Objects.requireNonNull(rows);
        if (m < 2 || m > MAX_M) {
            throw new IllegalArgumentException("m must be in [2, " + MAX_M + "], was " + m);
        }
        if (efConstruction < 1 || efConstruction > MAX_EF_CONSTRUCTION) {
            throw new IllegalArgumentException(
                    "efConstruction must be in [1, " + MAX_EF_CONSTRUCTION + "], was " + efConstruction);
        }
    }

    /// These with another `m`.
    public HnswParameters withM(int links) {
        return new HnswParameters(links, efConstruction, seed, rows);
    }

    /// These with another `efConstruction`.
    public HnswParameters withEfConstruction(int candidates) {
        return new HnswParameters(m, candidates, seed, rows);
    }

    /// These with other rows.
    public HnswParameters withRows(NodeRows other) {
        return new HnswParameters(m, efConstruction, seed, other);
    }
}
