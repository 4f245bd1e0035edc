package dev.kith.documents;

import java.util.Objects;

/// A chunk and the vector that stands for its meaning.
///
/// @param chunk what was embedded
/// @param embedding its vector; not copied
public record EmbeddedChunk(Chunk chunk, float[] embedding) {
    /// Checks for null.
    public EmbeddedChunk {
        Objects.requireNonNull(chunk, "chunk");
        Objects.requireNonNull(embedding, "embedding");
    }
}
