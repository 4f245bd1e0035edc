package dev.kith;

import java.util.Locale;
import java.util.Objects;

/// What [IndexSpec.Auto] comes to for a number of records, and why.
///
/// @param index never [IndexSpec.Auto]
/// @param memoryBytes bytes that searches will need with it, estimated
/// @param why one sentence for a user
public record IndexChoice(IndexSpec index, long memoryBytes, String why) {
    /// Lists below this size save too little to be worth their loss of speed.
    private static final int LISTS_FROM = 20_000;
    /// Dimensions from which the rows of a graph carry codes of the neighbours.
    private static final int CODED_DIMENSION = 128;
    private static final int M = 16;
    /// Of a node at level 0, and its share of those above.
    private static final int LINK_BYTES = 2 * M * 4 + 8;

    /// Checks that it is a choice.
    public IndexChoice {
        Objects.requireNonNull(why, "why");
        if (index instanceof IndexSpec.Auto) {
            throw new IllegalArgumentException("a choice must be an index, was " + index);
        }
    }

    static IndexChoice of(IndexSpec.Auto auto, long records, VectorField field, int graphRecords) {
        if (records < graphRecords) {
            return new IndexChoice(IndexSpec.flat(), times(records, flatBytes(field)), "a scan: " + count(records)
                    + " records are fewer than " + count(graphRecords) + ", from which an index is built");
        }
        boolean listsPossible = field.dimension() <= IndexSpec.IvfPq.MAX_DIMENSION && records >= LISTS_FROM;
        boolean selective = auto.filters() == IndexSpec.Auto.Filters.SELECTIVE;
        long lists = times(records, listBytes(field));
        long graph = times(records, graphBytes(field));
        if (graph > auto.memoryBytes()) {
            return small(auto, records, field, listsPossible);
        }
        if (selective && listsPossible) {
            return new IndexChoice(IndexSpec.ivfPq(), lists,
                    "inverted lists: filters are said to keep few records, which lists count before they are visited; a graph over "
                            + count(records) + " records would fit in the " + megabytes(auto.memoryBytes()) + " allowed");
        }
        return new IndexChoice(IndexSpec.hnsw(), graph, "a graph: the quickest search where filters "
                + (selective
                        ? "keep many records; they are said to keep few, but lists take at least " + count(LISTS_FROM)
                                + " records and at most " + IndexSpec.IvfPq.MAX_DIMENSION + " dimensions"
                        : "are said to keep many records")
                + "; it needs about " + megabytes(graph) + " for " + count(records) + " records, "
                + megabytes(auto.memoryBytes()) + " are allowed");
    }

    /// Where the quickest graph is too large: a compact one if that fits and filters are broad, else lists; where lists are not
    /// possible, the smallest graph there is.
    private static IndexChoice small(IndexSpec.Auto auto, long records, VectorField field, boolean listsPossible) {
        boolean compactSaves = compactBytes(field) < graphBytes(field);
        IndexSpec.Hnsw smallest = compactSaves ? IndexSpec.hnsw().compact() : IndexSpec.hnsw();
        long graph = times(records, graphBytes(field));
        long compact = compactSaves ? times(records, compactBytes(field)) : graph;
        String wish = " a graph over " + count(records) + " records would need about " + megabytes(graph) + " of memory, "
                + megabytes(auto.memoryBytes()) + " are allowed; ";
        boolean selective = auto.filters() == IndexSpec.Auto.Filters.SELECTIVE;
        if (compact <= auto.memoryBytes() && !(selective && listsPossible)) {
            return new IndexChoice(smallest, compact, "a compact graph:" + wish + "a compact one needs about "
                    + megabytes(compact) + ", leaves the vectors on disk, and filters are said to keep "
                    + (selective ? "few records, for which there are too few or too wide ones to list" : "many records"));
        }
        if (listsPossible) {
            long lists = times(records, listBytes(field));
            return new IndexChoice(IndexSpec.ivfPq(), lists,
                    "inverted lists:" + wish + "lists need about " + megabytes(lists) + " and leave the vectors on disk"
                            + (selective ? ", and count the few records that filters are said to keep" : ""));
        }
        return new IndexChoice(smallest, compact, "a graph although it needs about " + megabytes(compact) + " and "
                + megabytes(auto.memoryBytes()) + " are allowed: inverted lists take "
                + (records < LISTS_FROM
                        ? "at least " + count(LISTS_FROM) + " records"
                        : "at most " + IndexSpec.IvfPq.MAX_DIMENSION + " dimensions"));
    }

    private static long times(long records, long bytes) {
        return Math.multiplyExact(records, bytes);
    }

    private static long flatBytes(VectorField field) {
        return (long) field.dimension() * field.encoding().bytes();
    }

    /// The vector and its row of the graph: links, and where rows carry them the codes of all neighbours with two factors and
    /// an ordinal each, and its own of eight bits with two factors.
    private static long graphBytes(VectorField field) {
        boolean coded = field.encoding().floats() && field.dimension() >= CODED_DIMENSION;
        long codes = coded ? 2 * M * (4 + 8 + (field.dimension() + 7) / 8) + field.dimension() + 8 : 0;
        return flatBytes(field) + LINK_BYTES + codes;
    }

    /// Links and a code of four bits a component, in pieces of 64 bytes, with two factors.
    private static long compactBytes(VectorField field) {
        return LINK_BYTES + ((field.dimension() + 1) / 2 + 63) / 64 * 64 + 8;
    }

    /// An eighth of a byte a component, factors, ordinal, and a share of the centroids.
    private static long listBytes(VectorField field) {
        return (field.dimension() + 7) / 8 + 16;
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String megabytes(long bytes) {
        return bytes == Long.MAX_VALUE ? "any number of bytes" : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
