package dev.kith.documents;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A piece of text with metadata.
///
/// Metadata needs no declaration. A value is a `String`, `UUID`, `Boolean`, `Byte`, `Short`, `Integer`, `Long`, a finite
/// `Float` or `Double`, or a list of strings, of booleans or of numbers; it comes back as the same type.
///
/// @param id stable name, unique among all chunks of a [Documents]
/// @param text the text; null for a bare embedding
/// @param metadata by key; keys are any strings that are not empty
public record Chunk(String id, @Nullable String text, Map<String, Object> metadata) {
    /// Copies.
    public Chunk {
        Objects.requireNonNull(id, "id");
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /// A chunk without metadata.
    public static Chunk of(String id, String text) {
        return new Chunk(id, text, Map.of());
    }
}
