package dev.kith.internal.filter;

import dev.kith.Filter;
import dev.kith.ScalarField;
import dev.kith.Schema;

/// A filter that fits its schema: every field exists and every value has the type of its field. Made by [FilterBinder]; a
/// value, so it can key a cache.
///
/// @param filter the filter with converted values
/// @param schema what it was bound to
public record BoundFilter(Filter filter, Schema schema) {
    /// Matches every record.
    public boolean matchesAll() {
        return filter instanceof Filter.All;
    }

    /// The scalar field of that name, known to exist.
    ScalarField scalar(String name) {
        if (schema.field(name) instanceof ScalarField field) {
            return field;
        }
        throw new IllegalStateException("the filter was not bound: " + name);
    }
}
