package dev.kith;

/// How a vector field is indexed. Small segments are always scanned exactly; the index is built when a merge makes a segment
/// worth it.
public sealed interface IndexSpec {
    /// Always an exact scan: no build, recall 1, time linear in the number of records.
    ///
    record Flat() implements IndexSpec {}

    /// A graph of nearest neighbours (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
    /// Hierarchical Navigable Small World graphs", 2018).
    ///
    /// @param m links of a node above level 0, in `[2, 128]`; level 0 holds twice as many
    /// @param efConstruction candidates kept while building, in `[m, 4096]`
    record Hnsw(int m, int efConstruction) implements IndexSpec {
        /// Checks the ranges.
        public Hnsw {
            if (m < 2 || m > 128) {
                throw new InvalidSchemaException("m", "a number of links in [2, 128]", Integer.toString(m));
            }
            if (efConstruction < m || efConstruction > 4096) {
                throw new InvalidSchemaException("efConstruction", "a number of candidates in [m = " + m + ", 4096]",
                        Integer.toString(efConstruction));
            }
        }
    }

    /// Always an exact scan.
    static IndexSpec flat() {
        return new Flat();
    }

    /// HNSW with the default parameters (`m` 16, `efConstruction` 100).
    static IndexSpec hnsw() {
        return new Hnsw(16, 100);
    }

    /// HNSW with the given parameters.
    static IndexSpec hnsw(int m, int efConstruction) {
        return new Hnsw(m, efConstruction);
    }
}
