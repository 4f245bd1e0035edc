package dev.kith;

import java.util.List;

/// How often each value of a field occurs among the candidates of a query, see [Query#facet(String, int)].
///
/// @param field the field
/// @param counted candidates that were looked at
/// @param missing those of them without a value
/// @param values most frequent first, equally frequent ones in the order of their text; at most as many as were asked for
public record Facet(String field, int counted, int missing, List<Count> values) {
    /// One value.
    ///
    /// @param value as it is in records
    /// @param count candidates that have it; a list that holds it twice counts once
    public record Count(Object value, int count) {}

    /// Copies.
    public Facet {
        values = List.copyOf(values);
    }

    /// What is asked for.
    ///
    /// @param field a metadata field
    /// @param top values at most, at least 1
    public record Request(String field, int top) {
        /// Checks the range.
        public Request {
            if (top < 1) {
                throw new InvalidQueryException(field, "at least one facet value", Integer.toString(top));
            }
        }
    }
}
