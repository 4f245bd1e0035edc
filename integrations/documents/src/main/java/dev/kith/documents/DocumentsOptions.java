package dev.kith.documents;

import dev.kith.IndexSpec;
import dev.kith.Limits;
import dev.kith.core.VectorEncoding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a [Documents] is opened. Immutable.
///
/// @param dimension components of each vector; 0 takes them from the embedding function, from the collection if it is there,
///        or from the first vector written
/// @param model name of the embedding model of all vectors; null makes no claim. See [EmbeddingFunction#identity()]
/// @param embedding embeds texts for [Documents#sync] and for searches by text; null if neither is used
/// @param index how a new collection is indexed
/// @param encoding how a new collection keeps the components of its vectors; not as bytes
public record DocumentsOptions(int dimension, @Nullable String model, @Nullable EmbeddingFunction embedding, IndexSpec index,
        VectorEncoding encoding) {
    /// Checks.
    public DocumentsOptions {
        Objects.requireNonNull(index, "index");
        if (!encoding.floats()) {
            throw new IllegalArgumentException("encoding must be of floats, was " + encoding);
        }
        if (dimension < 0 || dimension > Limits.MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension must be in [0, " + Limits.MAX_DIMENSION + "], was " + dimension);
        }
        if (model != null && model.isBlank()) {
            throw new IllegalArgumentException("model must not be blank");
        }
    }

    /// Vectors come from the caller; their dimension from the first.
    public static DocumentsOptions defaults() {
        return new DocumentsOptions(0, null, null, IndexSpec.hnsw(), VectorEncoding.FLOAT32);
    }

    /// Vectors come from an embedding function.
    public static DocumentsOptions of(EmbeddingFunction embedding) {
        return new DocumentsOptions(embedding.dimension(), embedding.identity(), embedding, IndexSpec.hnsw(),
                VectorEncoding.FLOAT32);
    }

    /// With another dimension.
    public DocumentsOptions withDimension(int value) {
        return new DocumentsOptions(value, model, embedding, index, encoding);
    }

    /// With another model.
    public DocumentsOptions withModel(@Nullable String value) {
        return new DocumentsOptions(dimension, value, embedding, index, encoding);
    }

    /// With another index.
    public DocumentsOptions withIndex(IndexSpec value) {
        return new DocumentsOptions(dimension, model, embedding, value, encoding);
    }

    /// With another encoding of the vectors.
    public DocumentsOptions withEncoding(VectorEncoding value) {
        return new DocumentsOptions(dimension, model, embedding, index, value);
    }
}
