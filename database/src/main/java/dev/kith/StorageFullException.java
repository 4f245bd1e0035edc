package dev.kith;

import org.jspecify.annotations.Nullable;

/// There is no room on the disk for the write. It was not acknowledged; reads go on.
public final class StorageFullException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public StorageFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
