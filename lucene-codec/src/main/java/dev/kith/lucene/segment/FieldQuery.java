package dev.kith.lucene.segment;

import dev.kith.core.Scorer;

/// A query that fits a field. Belongs to one search: scorers are not thread-safe.
///
/// @param components as many as the vectors have, all finite; not copied
/// @param scorer exact distances from the query to the field's vectors
public record FieldQuery(float[] components, Scorer scorer) {
    /// The same query with its distances taken from elsewhere.
    public FieldQuery with(Scorer other) {
        return new FieldQuery(components, other);
    }
}
