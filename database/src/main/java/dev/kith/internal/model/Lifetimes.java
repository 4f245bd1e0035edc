package dev.kith.internal.model;

import dev.kith.Expiry;
import dev.kith.Record;
import dev.kith.Schema;
import java.time.Instant;

/// When records end.
public final class Lifetimes {
    /// The end of a record that does not end.
    public static final long NEVER = Long.MAX_VALUE;

    private Lifetimes() {}

    /// When the record ends: at its own expiry or by the schema's, whichever is first.
    ///
    /// @param record fits the schema
    /// @return nanoseconds since 1970, or [#NEVER]
    public static long endNanos(Schema schema, Record record) {
        long own = record.expiresAt() == null ? NEVER : FieldValues.nanos(record.expiresAt());
        Expiry expiry = schema.expiry();
        if (expiry == null || !(record.field(expiry.field()) instanceof Instant start)) {
            return own;
        }
        long from = FieldValues.nanos(start);
        long after = expiry.after().toNanos();
        return Math.min(own, from > NEVER - after ? NEVER : from + after);
    }

    /// Now, in nanoseconds since 1970, by the clock of the system.
    public static long nowNanos() {
        return FieldValues.nanos(Instant.now());
    }
}
