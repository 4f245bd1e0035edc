package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// The platform refused or failed an operation: permission, a read error, a vanished device.
public final class FileAccessException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the file or folder
    /// @param reason the operation that failed
    /// @param cause  what the platform reported, if anything
    public FileAccessException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
