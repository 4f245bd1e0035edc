package dev.kith;

import java.util.Objects;

/// A text field, searched by BM25. A record may lack it.
///
/// @param name unique in the schema
/// @param analysis how text is cut into terms
public record TextField(String name, TextAnalysis analysis) implements Field {
    /// Checks the name.
    public TextField {
        Names.checkField(name);
        Objects.requireNonNull(analysis, "analysis");
    }

    @Override
    public String describe() {
        return "text";
    }
}
