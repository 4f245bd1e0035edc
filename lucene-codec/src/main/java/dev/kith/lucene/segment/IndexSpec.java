package dev.kith.lucene.segment;

/// Which index a segment gets over its vectors once it holds enough of them. A choice made when segments are written; each
/// segment remembers what it was given, so that segments of different choices live side by side.
public sealed interface IndexSpec {
    /// Largest count below which a segment may be told to stay flat.
    int MAX_FLAT_BELOW = Integer.MAX_VALUE;

    /// HNSW with 16 links, 100 candidates while building and 64 while searching, for segments of 10,000 vectors and more.
    IndexSpec DEFAULT = new Hnsw(16, 100, 64, 42L, 10_000);

    /// What a segment of `count` vectors gets.
    IndexKind kind(int count);

    /// No index: every search is an exact scan.
    record Flat() implements IndexSpec {
        @Override
        public IndexKind kind(int count) {
            return IndexKind.NONE;
        }
    }

    /// A hierarchical navigable small world graph. Names and meanings as in Malkov & Yashunin, section 4.
    ///
    /// @param m links of a node above level 0, in [2, 256]
    /// @param efConstruction candidates kept while building, in [1, 100000]
    /// @param efSearch candidates kept by a search that does not name its own effort, in [1, 100000]
    /// @param seed of the levels; equal vectors and parameters give equal bytes
    /// @param flatBelow segments with fewer vectors stay flat, at least 1
    record Hnsw(int m, int efConstruction, int efSearch, long seed, int flatBelow) implements IndexSpec {
        /// Checks the ranges.
        public Hnsw {
            Checks.inRange("m", m, 2, 256);
            Checks.inRange("efConstruction", efConstruction, 1, 100_000);
            Checks.inRange("efSearch", efSearch, 1, 100_000);
            Checks.inRange("flatBelow", flatBelow, 1, MAX_FLAT_BELOW);
        }

        @Override
        public IndexKind kind(int count) {
            return count < flatBelow ? IndexKind.NONE : IndexKind.HNSW;
        }

        /// These with another [#flatBelow()].
        public Hnsw withFlatBelow(int vectors) {
            return new Hnsw(m, efConstruction, efSearch, seed, vectors);
        }
    }
}
