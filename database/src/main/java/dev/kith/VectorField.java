package dev.kith;

import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A dense vector field.
///
/// @param name unique in the schema
/// @param dimension number of components, in `[1, Limits.MAX_DIMENSION]`
/// @param metric what "near" means
/// @param encoding how components are kept; `INT8` fields take `byte[]` vectors. `BFLOAT16` and `FLOAT16` fields take floats and keep the nearest
///        numbers of two bytes, in memory, on disk and in the log: these are the vectors then, searched for and given back
/// @param index how it is indexed
/// @param optional whether a record may lack it; such a record is never found by a search on this field
/// @param model name of the embedding model that made the vectors, or null if none is recorded; a vector that names another
///        ([VectorValue#madeBy(String)]) is neither written nor searched for
public record VectorField(String name, int dimension, Metric metric, VectorEncoding encoding, IndexSpec index, boolean optional,
        @Nullable String model)
        implements
            Field {
    /// Checks name, model, and dimension, which is at most 4,096 for inverted lists; rounded copies are for float32 vectors only.
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
        if (encoding != VectorEncoding.FLOAT32 && index instanceof IndexSpec.IvfPq lists
                && lists.rerank() != IndexSpec.IvfPq.Rerank.VECTORS) {
            throw new InvalidSchemaException(name,
                    "lists of " + encoding.name().toLowerCase(Locale.ROOT) + " vectors that are reranked by the vectors",
                    "reranked by " + lists.rerank());
        }
        if (model != null && !Names.isModel(model)) {
            throw new InvalidSchemaException(name, Names.MODEL_RULE, "'" + model + "'");
        }
    }

    /// A field for which no model is recorded.
    public VectorField(String name, int dimension, Metric metric, VectorEncoding encoding, IndexSpec index, boolean optional) {
        this(name, dimension, metric, encoding, index, optional, null);
    }

    /// A required float32 field with the default index, HNSW.
    public static VectorField of(String name, int dimension, Metric metric) {
        return new VectorField(name, dimension, metric, VectorEncoding.FLOAT32, IndexSpec.hnsw(), false);
    }

    /// This field with another encoding.
    public VectorField withEncoding(VectorEncoding newEncoding) {
        return new VectorField(name, dimension, metric, newEncoding, index, optional, model);
    }

    /// This field with another index.
    public VectorField withIndex(IndexSpec newIndex) {
        return new VectorField(name, dimension, metric, encoding, newIndex, optional, model);
    }

    /// This field, but records may lack it.
    public VectorField asOptional() {
        return new VectorField(name, dimension, metric, encoding, index, true, model);
    }

    /// This field, of vectors that the embedding model of that name makes.
    public VectorField withModel(@Nullable String newModel) {
        return new VectorField(name, dimension, metric, encoding, index, optional, newModel);
    }

    @Override
    public String describe() {
        return encoding.name().toLowerCase(Locale.ROOT) + " vector of dimension " + dimension;
    }
}
