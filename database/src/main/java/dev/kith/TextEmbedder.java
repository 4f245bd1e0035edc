package dev.kith;

/// Makes a vector of a text: the caller's embedding model.
@FunctionalInterface
public interface TextEmbedder {
    /// The vector, in the dimension of the field that is searched.
    float[] embed(String text);
}
