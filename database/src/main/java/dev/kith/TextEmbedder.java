package dev.kith;

import org.jspecify.annotations.Nullable;

/// Makes a vector of a text: the caller's embedding model.
@FunctionalInterface
public interface TextEmbedder {
    /// The vector, in the dimension of the field that is searched.
    float[] embed(String text);

    /// The name of the model, or null if it is not told: a field that records another one ([VectorField#model()]) refuses its
    /// vectors.
    default @Nullable String model() {
        return null;
    }

    /// An embedder with a name.
    static TextEmbedder named(String model, TextEmbedder embedder) {
        Names.checkModel(model);
        return new TextEmbedder() {
            @Override
            public float[] embed(String text) {
                return embedder.embed(text);
            }

            @Override
            public String model() {
                return model;
            }
        };
    }
}
