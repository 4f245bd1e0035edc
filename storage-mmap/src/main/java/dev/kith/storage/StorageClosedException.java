package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// The log or file was used after it was closed.
public final class StorageClosedException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   what was closed
    /// @param reason the operation that came too late
    /// @param cause  what the platform reported, if anything
    public StorageClosedException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
