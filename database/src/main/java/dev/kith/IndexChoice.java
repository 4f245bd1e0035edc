package dev.kith;

import dev.kith.core.VectorEncoding;
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

    /// Checks that it is a choice.
    public IndexChoice {
        Objects.requireNonNull(why, "why");
        if (index instanceof IndexSpec.Auto) {
            throw new IllegalArgumentException("a choice must be an index, was " + index);
        }
    }

    static IndexChoice of(IndexSpec.Auto auto, long records, VectorField field, int graphRecords) {
        long flat = Math.multiplyExact(records, flatBytes(field));
        long graph = Math.multiplyExact(records, graphBytes(field));
        long lists = Math.multiplyExact(records, listBytes(field));
        if (records < graphRecords) {
            return new IndexChoice(IndexSpec.flat(), flat, "a scan: " + count(records) + " records are fewer than "
                    + count(graphRecords) + ", from which an index is built");
        }
        boolean listsPossible = field.dimension() <= IndexSpec.IvfPq.MAX_DIMENSION && records >= LISTS_FROM;
        if (graph > auto.memoryBytes()) {
            return listsPossible
                    ? new IndexChoice(IndexSpec.ivfPq(), lists, "inverted lists: a graph over " + count(records)
                            + " records would need about " + megabytes(graph) + " of memory, " + megabytes(auto.memoryBytes())
                            + " are allowed; lists need about " + megabytes(lists) + " and leave the vectors on disk")
                    : new IndexChoice(IndexSpec.hnsw(), graph, "a graph although it needs about " + megabytes(graph)
                            + " and " + megabytes(auto.memoryBytes()) + " are allowed: inverted lists take "
                            + (records < LISTS_FROM
                                    ? "at least " + count(LISTS_FROM) + " records"
                                    : "at most "
                                            + IndexSpec.IvfPq.MAX_DIMENSION + " dimensions"));
        }
        if (auto.filters() == IndexSpec.Auto.Filters.SELECTIVE && listsPossible) {
            return new IndexChoice(IndexSpec.ivfPq(), lists,
                    "inverted lists: most searches keep few records, which lists count before they are visited");
        }
        return new IndexChoice(IndexSpec.hnsw(), graph, "a graph: the quickest search, and the about " + megabytes(graph)
                + " it needs for " + count(records) + " records are allowed");
    }

    private static long flatBytes(VectorField field) {
        return (long) field.dimension() * field.encoding().bytes();
    }

    /// The vector and its row of the graph.
    private static long graphBytes(VectorField field) {
        boolean coded = field.encoding() == VectorEncoding.FLOAT32 && field.dimension() >= CODED_DIMENSION;
        long neighbour = coded ? 4 + 8 + (field.dimension() + 7) / 8 : 4;
        return flatBytes(field) + 2 * M * neighbour + 4 * M;
    }

    /// An eighth of a byte a component, factors, ordinal, and a share of the centroids.
    private static long listBytes(VectorField field) {
        return (field.dimension() + 7) / 8 + 16;
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String megabytes(long bytes) {
        return bytes == Long.MAX_VALUE ? "any" : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
