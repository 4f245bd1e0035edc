package dev.kith;

import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.util.Objects;

/// A dense vector field.
///
/// @param name unique in the schema
/// @param dimension number of components, in `[1, Limits.MAX_DIMENSION]`
/// @param metric what "near" means
/// @param encoding how components are kept; `INT8` fields take `byte[]` vectors
/// @param index how it is indexed
/// @param optional whether a record may lack it; such a record is never found by a search on this field
public record VectorField(String name, int dimension, Metric metric, VectorEncoding encoding, IndexSpec index, boolean optional)
        implements
            Field {
    /// Checks name and dimension, which is at most 4,096 for inverted lists.
    public VectorField {
        Names.checkField(name);
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(index, "index");
        if (dimension < 1 || dimension > Limits.MAX_DIMENSION) {
            throw new InvalidSchemaException(name, "a dimension in [1, " + Limits.MAX_DIMENSION + "]",
                    Integer.toString(dimension));
        }
        if (index instanceof IndexSpec.IvfPq && dimension > IndexSpec.IvfPq.MAX_DIMENSION) {
            throw new InvalidSchemaException(name, "a dimension in [1, " + IndexSpec.IvfPq.MAX_DIMENSION + "] for inverted lists",
                    Integer.toString(dimension));
        }
    }

    /// A required float32 field with the default index, HNSW.
    public static VectorField of(String name, int dimension, Metric metric) {
        return new VectorField(name, dimension, metric, VectorEncoding.FLOAT32, IndexSpec.hnsw(), false);
    }

    /// This field with another encoding.
    public VectorField withEncoding(VectorEncoding newEncoding) {
        return new VectorField(name, dimension, metric, newEncoding, index, optional);
    }

    /// This field with another index.
    public VectorField withIndex(IndexSpec newIndex) {
        return new VectorField(name, dimension, metric, encoding, newIndex, optional);
    }

    /// This field, but records may lack it.
    public VectorField asOptional() {
        return new VectorField(name, dimension, metric, encoding, index, true);
    }

    @Override
    public String describe() {
        return (encoding == VectorEncoding.FLOAT32 ? "float32" : "int8") + " vector of dimension " + dimension;
    }
}
