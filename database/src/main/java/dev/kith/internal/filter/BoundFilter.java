package dev.kith.internal.filter;

import dev.kith.Filter;
import dev.kith.ScalarField;
import dev.kith.Schema;
import java.util.Map;
import java.util.Set;

/// A filter that fits its schema: every field exists and every value has the type of its field. Made by [FilterBinder]; a
/// value, so it can key a cache.
///
/// @param filter the filter with converted values
/// @param schema what it was bound to
/// @param words cuts the texts of records
/// @param sought the words each full-text condition asks for
/// @param patterns each wildcard made ready
public record BoundFilter(Filter filter, Schema schema, Words words, Map<Filter.Matches, Set<String>> sought,
        Map<String, WildcardPattern> patterns) {
    /// Matches every record.
    public boolean matchesAll() {
        return filter instanceof Filter.All;
    }

    /// The words a full-text condition asks for.
    public Set<String> sought(Filter.Matches matches) {
        Set<String> found = sought.get(matches);
        if (found == null) {
            throw new IllegalStateException("the filter was not bound: " + matches);
        }
        return found;
    }

    /// The pattern of a wildcard condition.
    public WildcardPattern pattern(Filter.Wildcard wildcard) {
        WildcardPattern found = patterns.get(wildcard.pattern());
        if (found == null) {
            throw new IllegalStateException("the filter was not bound: " + wildcard);
        }
        return found;
    }

    /// The scalar field of that name, known to exist.
    ScalarField scalar(String name) {
        if (schema.field(name) instanceof ScalarField field) {
            return field;
        }
        throw new IllegalStateException("the filter was not bound: " + name);
    }

    /// The patterns follow from the filter.
    @Override
    public boolean equals(Object other) {
        return other instanceof BoundFilter b && filter.equals(b.filter) && (schema == b.schema || schema.equals(b.schema))
                && words.equals(b.words);
    }

    /// Of the filter alone: a key of a cache is hashed for each search, and a schema has many fields.
    @Override
    public int hashCode() {
        return filter.hashCode();
    }
}
