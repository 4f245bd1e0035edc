package dev.kith.core.batch;

import dev.kith.core.Metric;

/// How far a distance computed from one matrix product can be from the distance a [dev.kith.core.Scorer] gives.
///
/// A batch search multiplies all queries with all rows in a fast and slightly wrong way, keeps every row whose true distance
/// *could* be among the nearest, and lets the scorer decide. The answer is then the scorer's own, whatever the product's
/// order of summation or number format was, as long as the bound is sound. It is the classical one
/// (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1): a product of `n` terms summed
/// in any order with unit roundoff `u` is off by at most `n u / (1 - n u) * |q| |x|`. Both sides are counted, the product's
/// and the scorer's, and an allowance for numbers that underflow, also where an accelerator flushes them to zero.
///
/// @param operandRounding largest relative error of one operand as the product sees it: 0 for float32, 2^-10 for TF32
/// @param operandUnderflow largest absolute error of one operand component, from a format's smallest number
/// @param largestOperand largest number an operand can be; nothing is known of products with greater norms
/// @param sumRoundoff unit roundoff of one addition of the product
public record ProductError(double operandRounding, double operandUnderflow, double largestOperand, double sumRoundoff) {
    /// Unit roundoff of float32.
    public static final double FLOAT32_ROUNDOFF = 0x1p-24;

    /// A product in float32 throughout, each step rounded to nearest.
    public static final ProductError FLOAT32 = new ProductError(0, 0, Float.MAX_VALUE, FLOAT32_ROUNDOFF);

    /// Beyond this a partial sum might overflow float32, and nothing is known of the product.
    private static final double LARGEST = 0x1p126;
    /// The smallest normal float: what flushing to zero can lose.
    private static final double SMALLEST_NORMAL = 0x1p-126;
    private static final double SMALLEST = 0x1p-149;

    /// Checks the ranges.
    public ProductError {
        if (!(operandRounding >= 0 && operandRounding < 1 && operandUnderflow >= 0 && largestOperand > 0
                && sumRoundoff > 0 && sumRoundoff < 1)) {
            throw new IllegalArgumentException("not an error bound: operandRounding " + operandRounding + ", operandUnderflow "
                    + operandUnderflow + ", largestOperand " + largestOperand + ", sumRoundoff " + sumRoundoff);
        }
    }

    /// The largest difference between the product's distance and the scorer's, for one query and all rows of a block, or
    /// positive infinity where nothing is known.
    ///
    /// @param queryNorm Euclidean norm of the query as the product sees it
    /// @param rows the largest norms of the rows
    /// @param rawQueryNorm Euclidean norm of the user's query; the same but for [Metric#COSINE]
    public double bound(Metric metric, int dimension, double queryNorm, double rawQueryNorm, RowNorms rows) {
        double rowNorm = rows.max();
        double product = queryNorm * rowNorm;
        double spread = metric == Metric.SQUARED_L2 ? (queryNorm + rowNorm) * (queryNorm + rowNorm) : product;
        double raw = metric == Metric.COSINE ? rawQueryNorm * rows.maxRaw() : spread;
        if (!(spread < LARGEST && raw < LARGEST && queryNorm <= largestOperand && rowNorm <= largestOperand)) {
            return Double.POSITIVE_INFINITY;
        }
        double own = gamma(3.0 * dimension + 32, FLOAT32_ROUNDOFF);
        double sum = gamma(dimension + 2.0, sumRoundoff);
        double rounding = 2 * operandRounding + operandRounding * operandRounding;
        double lost = operandUnderflow + SMALLEST_NORMAL;
        double root = Math.sqrt(dimension);
        double underflow = lost * root * (queryNorm + rowNorm + lost * root) + 4.0 * (dimension + 8) * SMALLEST_NORMAL;
        double error = (own + 2 * sum) * spread + 2.01 * (rounding * (1 + sum) * product + underflow);
        if (metric == Metric.COSINE) {
            error += 4 * FLOAT32_ROUNDOFF + 2 * (dimension + 8) * SMALLEST * rows.maxInverse() / rawQueryNorm;
        }
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    private static double gamma(double terms, double roundoff) {
        double x = terms * roundoff;
        return x < 0.5 ? x / (1 - x) : Double.POSITIVE_INFINITY;
    }
}
