package dev.kith;

import org.jspecify.annotations.Nullable;

/// Reading or writing a file failed for another reason than those that have their own exception.
public final class StorageException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
