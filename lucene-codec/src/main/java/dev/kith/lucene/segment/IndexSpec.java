package dev.kith.lucene.segment;

import dev.kith.hnsw.NodeRows;
import dev.kith.ivfpq.RerankRows.Kind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which index a segment gets over its vectors once it holds enough of them. A choice made when segments are written; each
/// segment remembers what it was given, so that segments of different choices live side by side.
public sealed interface IndexSpec {
    /// Largest count below which a segment may be told to stay flat.
    int MAX_FLAT_BELOW = Integer.MAX_VALUE;

    /// HNSW with 16 links, 100 candidates while building and 64 while searching, for segments of 10,000 vectors and more.
    IndexSpec DEFAULT = new Hnsw(16, 100, 64, 42L, 10_000);

    /// What a segment of `count` vectors gets.
    IndexKind kind(int count);

    /// The same, with segments of fewer than `vectors` vectors flat.
    IndexSpec withFlatBelow(int vectors);

    /// No index: every search is an exact scan.
    record Flat() implements IndexSpec {
        @Override
        public IndexKind kind(int count) {
            return IndexKind.NONE;
        }

        @Override
        public Flat withFlatBelow(int vectors) {
            return this;
        }
    }

    /// A hierarchical navigable small world graph. Names and meanings as in Malkov & Yashunin, section 4.
    ///
    /// @param m links of a node above level 0, in [2, 256]
    /// @param efConstruction candidates kept while building, in [1, 100000]
    /// @param efSearch candidates kept by a search that does not name its own effort, in [1, 100000]
    /// @param seed of the levels; equal vectors and parameters give equal bytes
    /// @param flatBelow segments with fewer vectors stay flat, at least 1
    /// @param rows what nodes carry; [NodeRows#COMPACT] needs least memory
    record Hnsw(int m, int efConstruction, int efSearch, long seed, int flatBelow, NodeRows rows) implements IndexSpec {
        /// Checks the ranges.
        public Hnsw {
            Checks.inRange("m", m, 2, 256);
            Checks.inRange("efConstruction", efConstruction, 1, 100_000);
            Checks.inRange("efSearch", efSearch, 1, 100_000);
            Checks.inRange("flatBelow", flatBelow, 1, MAX_FLAT_BELOW);
            Objects.requireNonNull(rows);
        }

        /// With [NodeRows#BEST].
        public Hnsw(int m, int efConstruction, int efSearch, long seed, int flatBelow) {
            this(m, efConstruction, efSearch, seed, flatBelow, NodeRows.BEST);
        }

        @Override
        public IndexKind kind(int count) {
            return count < flatBelow ? IndexKind.NONE : IndexKind.HNSW;
        }

        @Override
        public Hnsw withFlatBelow(int vectors) {
            return new Hnsw(m, efConstruction, efSearch, seed, vectors, rows);
        }

        /// The same with other rows.
        public Hnsw withRows(NodeRows other) {
            return new Hnsw(m, efConstruction, efSearch, seed, flatBelow, other);
        }
    }

    /// Inverted lists of compact codes, with exact distances for the best of them: less memory and a quicker build than a graph,
    /// for more work in each search.
    ///
    /// @param nlist inverted lists, in [0, 1048576]; 0 chooses by the number of vectors
    /// @param codes what the lists store of each vector
    /// @param nprobe lists visited by a search that does not name its own effort, in [0, 1048576]; 0 for as many as recall 0.95
    ///        takes by the index's own measure, and for as many exact distances as its bounds leave open
    /// @param rerank exact distances of such a search, in [1, 100000]
    /// @param seed of training; equal vectors and parameters give equal bytes
    /// @param flatBelow segments with fewer vectors stay flat, at least 1
    /// @param rounded rows of less precision that rank the candidates, so that only the vectors of the best are read; null for
    ///        none. For float vectors only
    record Ivf(int nlist, Codes codes, int nprobe, int rerank, long seed, int flatBelow, @Nullable Kind rounded)
            implements
                IndexSpec {
        /// Lists by size, sign codes, searches for recall 0.95, for segments of 20,000 vectors and more.
        public static final Ivf DEFAULT = new Ivf(0, new Codes.Sign(), 0, 200, 42L, 20_000);

        /// Checks the ranges.
        public Ivf {
            Checks.inRange("nlist", nlist, 0, 1 << 20);
            Objects.requireNonNull(codes);
            Checks.inRange("nprobe", nprobe, 0, 1 << 20);
            Checks.inRange("rerank", rerank, 1, 100_000);
            Checks.inRange("flatBelow", flatBelow, 1, MAX_FLAT_BELOW);
        }

        /// Without rounded rows.
        public Ivf(int nlist, Codes codes, int nprobe, int rerank, long seed, int flatBelow) {
            this(nlist, codes, nprobe, rerank, seed, flatBelow, null);
        }

        @Override
        public IndexKind kind(int count) {
            return count < flatBelow ? IndexKind.NONE : IndexKind.IVF;
        }

        @Override
        public Ivf withFlatBelow(int vectors) {
            return new Ivf(nlist, codes, nprobe, rerank, seed, vectors, rounded);
        }

        /// The same with candidates ranked by rounded rows, or by the vectors for null.
        public Ivf withRounded(@Nullable Kind other) {
            return new Ivf(nlist, codes, nprobe, rerank, seed, flatBelow, other);
        }
    }

    /// Codes of one bit a component in a few lists, all of which a search scans in place of the vectors; it then looks at the vectors
    /// that bounds of four standard errors leave in question. Costs a hundredth of a graph to build: for segments that are small, or
    /// that will be merged soon.
    ///
    /// @param seed of training; equal vectors and parameters give equal bytes
    /// @param flatBelow segments with fewer vectors stay flat, at least 1
    record CodeScan(long seed, int flatBelow) implements IndexSpec {
        /// Vectors of a list, about. Fewer make the codes finer and the lists' own cost larger.
        private static final int LIST_VECTORS = 256;
        private static final int MOST_LISTS = 1024;

        /// Checks the ranges.
        public CodeScan {
            Checks.inRange("flatBelow", flatBelow, 1, MAX_FLAT_BELOW);
        }

        @Override
        public IndexKind kind(int count) {
            return count < flatBelow ? IndexKind.NONE : IndexKind.IVF;
        }

        @Override
        public CodeScan withFlatBelow(int vectors) {
            return new CodeScan(seed, vectors);
        }

        /// Lists for `count` vectors.
        int lists(int count) {
            return Math.clamp(count / LIST_VECTORS, 1, MOST_LISTS);
        }
    }

    /// What inverted lists store of a vector.
    sealed interface Codes {
        /// One bit a component after a random rotation (RaBitQ; Gao and Long 2024).
        record Sign() implements Codes {}

        /// Product quantization (Jegou, Douze, Schmid 2011) after a random rotation.
        ///
        /// @param subspaces parts of a vector, in [1, 1024]
        /// @param bits of a part's code, 4 or 8
        record Product(int subspaces, int bits) implements Codes {
            /// Checks the ranges.
            public Product {
                Checks.inRange("subspaces", subspaces, 1, 1024);
                if (bits != 4 && bits != 8) {
                    throw new IllegalArgumentException("bits must be 4 or 8, was " + bits);
                }
            }
        }
    }
}
