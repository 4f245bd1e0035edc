package dev.kith;

import org.jspecify.annotations.Nullable;

/// The folder cannot be written. Nothing was changed.
public final class ReadOnlyException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public ReadOnlyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
