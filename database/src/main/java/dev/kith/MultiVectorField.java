package dev.kith;

import dev.kith.core.Metric;
import java.util.Objects;

/// A multi-vector field: records hold a [MultiVector] in it. A record may lack it.
///
/// @param name unique in the schema
/// @param dimension of each vector, in `[1, Limits.MAX_DIMENSION]`
/// @param metric compares a vector of a query with one of a record: [Metric#COSINE] or [Metric#INNER_PRODUCT]
public record MultiVectorField(String name, int dimension, Metric metric) implements Field {
    /// Checks name, dimension and metric.
    public MultiVectorField {
        Names.checkField(name);
        Objects.requireNonNull(metric, "metric");
        if (dimension < 1 || dimension > Limits.MAX_DIMENSION) {
            throw new InvalidSchemaException(name, "a dimension in [1, " + Limits.MAX_DIMENSION + "]",
                    Integer.toString(dimension));
        }
        if (metric != Metric.COSINE && metric != Metric.INNER_PRODUCT) {
            throw new InvalidSchemaException(name, "metric COSINE or INNER_PRODUCT for a multi-vector field", metric.name());
        }
    }

    @Override
    public String describe() {
        return "multi-vector of dimension " + dimension;
    }
}
