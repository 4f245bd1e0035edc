package dev.kith;

import java.util.Objects;

/// How a vector field is indexed. The index is built when a merge makes a segment worth it. Smaller segments are scanned: by codes
/// of one bit from 96 components on, whose bounds miss one vector in tens of thousands, else and with [Effort#exact()] exactly.
public sealed interface IndexSpec {
    /// Always an exact scan: no build, recall 1, time linear in the number of records.
    ///
    record Flat() implements IndexSpec {}

    /// A graph of nearest neighbours (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
    /// Hierarchical Navigable Small World graphs", 2018).
    ///
    /// @param m links of a node above level 0, in `[2, 128]`; level 0 holds twice as many
    /// @param efConstruction candidates kept while building, in `[m, 4096]`
    /// @param rows what each node carries besides its links
    record Hnsw(int m, int efConstruction, Rows rows) implements IndexSpec {
        /// What a node of the graph carries: how fast searches are, and what they need in memory.
        public enum Rows {
            /// The codes of all neighbours beside the links, for float vectors of 128 components or more; others as
            /// [#LINKS]. The quickest search, for about `(m / 4 + 1) * dimension + 36 * m` bytes a record besides the vector.
            FAST,
            /// A code of four bits a component. A search needs these and the links in memory, about
            /// `dimension / 2 + 8.5 * m` bytes a record (a fifth of the float vectors at 384 components), and reads the
            /// vectors, which may stay on disk, of the few best only. Takes about 1.5 times as long as [#FAST].
            COMPACT,
            /// Links only, `8.5 * m` bytes a record: a search reads the vectors of all neighbours it meets.
            LINKS
        }

        /// Checks the ranges.
        public Hnsw {
            Objects.requireNonNull(rows, "rows");
            if (m < 2 || m > 128) {
                throw new InvalidSchemaException("m", "a number of links in [2, 128]", Integer.toString(m));
            }
            if (efConstruction < m || efConstruction > 4096) {
                throw new InvalidSchemaException("efConstruction", "a number of candidates in [m = " + m + ", 4096]",
                        Integer.toString(efConstruction));
            }
        }

        /// With the quickest rows, [Rows#FAST].
        public Hnsw(int m, int efConstruction) {
            this(m, efConstruction, Rows.FAST);
        }

        /// This graph with [Rows#COMPACT]: a fifth of the memory of the vectors, which may then stay on disk.
        public Hnsw compact() {
            return withRows(Rows.COMPACT);
        }

        /// This graph with other rows.
        public Hnsw withRows(Rows other) {
            return new Hnsw(m, efConstruction, other);
        }
    }

    /// Inverted lists of compact codes (IVF): about an eighth of a byte a component in memory instead of a graph beside the
    /// vectors, and a build several times quicker, for more work in each search. The vectors themselves stay on disk and are
    /// read for the few records that the codes leave in question.
    ///
    /// @param nlist inverted lists, in `[0, 1048576]`; 0 chooses by the number of records
    /// @param codes what the lists store of each vector; all take one bit a component
    /// @param rerank what ranks the candidates that the codes leave
    record IvfPq(int nlist, Codes codes, Rerank rerank) implements IndexSpec {
        /// Most components of a vector in lists.
        public static final int MAX_DIMENSION = 4096;

        /// Kinds of code.
        public enum Codes {
            /// One bit a component after a random rotation (RaBitQ; Gao and Long 2024): no training, bounded error.
            SIGN,
            /// Product codes (Jegou, Douze, Schmid 2011) of four bits for every four components.
            PRODUCT_4,
            /// Product codes of eight bits for every eight components: the smallest error of the three, the longest build.
            PRODUCT_8
        }

        /// What ranks candidates: some tens to hundreds of records a search, anywhere in a segment. Rounded copies are for
        /// collections whose float vectors memory cannot hold: of the vectors only those of the answers, and half as many again,
        /// are read then. Scores are exact either way.
        public enum Rerank {
            /// The vectors themselves: nothing is stored twice.
            VECTORS,
            /// A copy of two bytes a component, half of float vectors.
            BFLOAT16,
            /// A copy of one byte a component and eight more, a quarter of float vectors.
            INT8
        }

        /// Checks the range.
        public IvfPq {
            Objects.requireNonNull(codes, "codes");
            Objects.requireNonNull(rerank, "rerank");
            if (nlist < 0 || nlist > 1 << 20) {
                throw new InvalidSchemaException("nlist", "a number of lists in [0, 1048576]", Integer.toString(nlist));
            }
        }

        /// With candidates ranked by the vectors themselves.
        public IvfPq(int nlist, Codes codes) {
            this(nlist, codes, Rerank.VECTORS);
        }

        /// These lists with candidates ranked by something else, for fields of float vectors.
        public IvfPq withRerank(Rerank other) {
            return new IvfPq(nlist, codes, other);
        }
    }

    /// Chosen anew for every segment, when a merge writes it: a scan while it is small, a graph while the field's memory allows
    /// one, a compact one where it allows that, inverted lists beyond. A collection that outgrows its memory changes over as its segments are merged.
    ///
    /// @param memoryBytes memory that searches on this field may need for all records of the collection together, at least 1 MiB;
    ///        `Long.MAX_VALUE` for as much as a graph takes
    /// @param filters how most searches on this field filter
    record Auto(long memoryBytes, Filters filters) implements IndexSpec {
        /// How searches filter.
        public enum Filters {
            /// Not at all, or so that a good part of the records remains.
            BROAD,
            /// Mostly so that one record in twenty or fewer remains: lists count them before they are visited, where a graph has to
            /// walk past all the others.
            SELECTIVE
        }

        /// Checks the range.
        public Auto {
            Objects.requireNonNull(filters, "filters");
            if (memoryBytes < 1 << 20) {
                throw new InvalidSchemaException("memoryBytes", "at least 1048576 bytes", Long.toString(memoryBytes));
            }
        }

        /// What a segment would get, and why.
        ///
        /// @param records of the collection
        /// @param field of which this is the index
        /// @param graphRecords records below which nothing is built ([Options#graphRecords()])
        public IndexChoice choose(long records, VectorField field, int graphRecords) {
            return IndexChoice.of(this, records, field, graphRecords);
        }
    }

    /// Chosen by size, with as much memory as a graph takes, for searches that filter broadly or not at all.
    static IndexSpec auto() {
        return new Auto(Long.MAX_VALUE, Auto.Filters.BROAD);
    }

    /// Chosen by size, memory and filters.
    ///
    /// @param memoryBytes memory that searches on the field may need, at least 1 MiB
    static IndexSpec auto(long memoryBytes, Auto.Filters filters) {
        return new Auto(memoryBytes, filters);
    }

    /// Inverted lists of sign codes, as many as the number of records asks for.
    static IvfPq ivfPq() {
        return new IvfPq(0, IvfPq.Codes.SIGN);
    }

    /// Inverted lists of the given codes.
    ///
    /// @param nlist inverted lists, or 0 to choose by the number of records
    static IvfPq ivfPq(int nlist, IvfPq.Codes codes) {
        return new IvfPq(nlist, codes);
    }

    /// Always an exact scan.
    static IndexSpec flat() {
        return new Flat();
    }

    /// HNSW with the default parameters (`m` 16, `efConstruction` 100, the quickest rows).
    static Hnsw hnsw() {
        return new Hnsw(16, 100);
    }

    /// HNSW with the given parameters.
    static Hnsw hnsw(int m, int efConstruction) {
        return new Hnsw(m, efConstruction);
    }
}
