package dev.kith.core.batch;

import dev.kith.core.Metric;
import java.util.Arrays;

/// Some queries as one matrix operand, with what turns a *closeness* (see [RowBlock]) into a distance and back.
/// Immutable but for the operand array, which a caller may read only.
public final class QueryBlock {
    private final Metric metric;
    private final int dimension;
    private final int count;
    private final float[] raw;
    private final int rawFrom;
    private final float[] values;
    private final double[] squaredNorms;
    private final double[] rawNorms;

    /// Queries `from ..< from + count` of the row-major `queries`, which is not copied and must not change meanwhile.
    public QueryBlock(Metric metric, int dimension, float[] queries, int from, int count) {
        this.metric = metric;
        this.dimension = dimension;
        this.count = count;
        this.raw = queries;
        this.rawFrom = from;
        this.values = Arrays.copyOfRange(queries, from * dimension, (from + count) * dimension);
        this.squaredNorms = new double[count];
        this.rawNorms = new double[count];
        for (int i = 0; i < count; i++) {
            prepare(i);
        }
    }

    private void prepare(int i) {
        int at = i * dimension;
        double squared = RowBlock.squaredNorm(values, at, dimension);
        rawNorms[i] = Math.sqrt(squared);
        if (metric == Metric.COSINE) {
            float inverse = (float) (1 / rawNorms[i]);
            for (int c = at; c < at + dimension; c++) {
                values[c] *= inverse;
            }
            squared = RowBlock.squaredNorm(values, at, dimension);
        }
        squaredNorms[i] = squared;
    }

    /// Number of queries.
    public int count() {
        return count;
    }

    /// Components of a query.
    public int dimension() {
        return dimension;
    }

    /// The operand, row-major, shape (count, dimension).
    public float[] values() {
        return values;
    }

    /// A copy of query `i` as the user gave it.
    public float[] query(int i) {
        int at = (rawFrom + i) * dimension;
        return Arrays.copyOfRange(raw, at, at + dimension);
    }

    /// The error of all distances between query `i` and some rows; see [ProductError#bound].
    public double error(int i, ProductError product, RowNorms rows) {
        return product.bound(metric, dimension, Math.sqrt(squaredNorms[i]), rawNorms[i], rows);
    }

    /// The distance that belongs to a closeness to query `i`.
    public double distance(int i, double closeness) {
        return switch (metric) {
            case SQUARED_L2 -> squaredNorms[i] - 2 * closeness;
            case INNER_PRODUCT -> -closeness;
            case COSINE -> 1 - closeness;
        };
    }

    /// The closeness below which a row is certainly farther from query `i` than `limit`, given the error of its distance.
    public float cut(int i, float limit, double error) {
        double cut = switch (metric) {
            case SQUARED_L2 -> (squaredNorms[i] - error - limit) / 2;
            case INNER_PRODUCT -> -error - limit;
            case COSINE -> 1 - error - limit;
        };
        return Math.nextDown((float) cut);
    }
}
