package dev.kith;

import org.jspecify.annotations.Nullable;

/// The folder exists and holds something, but not a Kith database. Nothing in it was touched.
public final class NotADatabaseException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public NotADatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
