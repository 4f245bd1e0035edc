package dev.kith;

import java.time.Duration;
import java.util.Objects;

/// Records end a while after the instant they hold in a field. A record without that instant does not end by this.
///
/// @param field a single instant field of the schema
/// @param after positive, at most 292 years
public record Expiry(String field, Duration after) {
    /// Checks the duration.
    public Expiry {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(after, "after");
        if (after.isNegative() || after.isZero() || after.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            throw new InvalidSchemaException(field, "a positive time to live of at most 292 years", after.toString());
        }
    }
}
