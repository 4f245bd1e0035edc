package dev.kith;

import java.util.UUID;

/// Strict reading of uuids; the JDK's takes `1-1-1-1-1` too.
final class Uuids {
    private Uuids() {}

    /// @throws IllegalArgumentException if it is not of the form 8-4-4-4-12
    static UUID parse(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not 36 characters of the form 8-4-4-4-12");
        }
        return uuid;
    }
}
