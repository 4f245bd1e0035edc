package dev.kith.internal.filter;

import java.util.Set;

/// Cuts the texts of a collection into words exactly as its index does. Thread-safe.
public interface Words {
    /// The distinct words of a text in a text field.
    Set<String> of(String field, String text);
}
