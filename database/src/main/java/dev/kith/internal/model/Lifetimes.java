package dev.kith.internal.model;

import dev.kith.Expiry;
import dev.kith.Record;
import dev.kith.Schema;
import java.time.Instant;
import java.time.InstantSource;

/// When records end.
public final class Lifetimes {
    /// The end of a record that does not end.
    public static final long NEVER = Long.MAX_VALUE;

    private static final Instant FIRST = FieldValues.instant(Long.MIN_VALUE);
    private static final Instant LAST = FieldValues.instant(NEVER - 1);

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

    /// Now, in nanoseconds since 1970. A clock that is set to a time beyond what 64 bits hold is taken to stand at the last
    /// instant before [#NEVER], or at the first there is: a broken clock must not end reading.
    public static long nowNanos(InstantSource clock) {
        Instant now = clock.instant();
        if (now.compareTo(LAST) >= 0) {
            return NEVER - 1;
        }
        return now.compareTo(FIRST) <= 0 ? Long.MIN_VALUE : FieldValues.nanos(now);
    }
}
