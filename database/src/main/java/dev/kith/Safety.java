package dev.kith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How far a database trusts its disk. Immutable; start from [#defaults()].
///
/// @param verifyAtOpenBytes a collection whose segment files are no larger is read as a whole and compared with its checksums
///        before it is opened; a larger one is checked in the background, see [CollectionStats#integrity()]. At least 0;
///        `Long.MAX_VALUE` checks all before anything is answered
/// @param reading how segment files are read
/// @param keys encrypts the database at rest; null if it is not encrypted. It is decided when a database is made
public record Safety(long verifyAtOpenBytes, Reading reading, @Nullable KeyProvider keys) {
    /// How segment files are read.
    public enum Reading {
        /// Mapped into memory, and read by the kernel when they are looked at. The default.
        MAPPED,
        /// Copied into memory outside the heap when they are opened, and never mapped: for network disks, and for those who do not
        /// want to depend on a disk that answers later. Takes as much memory as the files. Payloads are read when asked for.
        /// Encrypted databases are always read so.
        COPIED
    }

    /// Checks the range.
    public Safety {
        Objects.requireNonNull(reading, "reading");
        if (verifyAtOpenBytes < 0) {
            throw new IllegalArgumentException("verifyAtOpenBytes must be at least 0, was " + verifyAtOpenBytes);
        }
    }

    /// 256 MiB checked at open, mapped, not encrypted.
    public static Safety defaults() {
        return new Safety(256L << 20, Reading.MAPPED, null);
    }

    /// With another bound on what is checked at open.
    public Safety withVerifyAtOpenBytes(long value) {
        return new Safety(value, reading, keys);
    }

    /// With another way of reading.
    public Safety withReading(Reading value) {
        return new Safety(verifyAtOpenBytes, value, keys);
    }

    /// With encryption.
    public Safety withKeys(@Nullable KeyProvider value) {
        return new Safety(verifyAtOpenBytes, reading, value);
    }
}
