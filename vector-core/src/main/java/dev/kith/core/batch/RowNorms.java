package dev.kith.core.batch;

/// The largest norms among some rows: what an error bound needs to know of them. Not a number where a row has one that is not.
///
/// @param max largest Euclidean norm of a row as the product sees it
/// @param maxRaw largest norm of a row as the user gave it; 0 but for [dev.kith.core.Metric#COSINE]
/// @param maxInverse largest inverse norm in absolute value; 0 but for [dev.kith.core.Metric#COSINE]
public record RowNorms(double max, double maxRaw, double maxInverse) {
    /// No rows.
    public static final RowNorms NONE = new RowNorms(0, 0, 0);

    /// The norms of both sets of rows together.
    public RowNorms and(RowNorms other) {
        return new RowNorms(Math.max(max, other.max), Math.max(maxRaw, other.maxRaw), Math.max(maxInverse, other.maxInverse));
    }
}
