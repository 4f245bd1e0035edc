package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// The disk, or the quota, is full. What the failing call was to write is not stored; everything acknowledged before is.
public final class NoSpaceException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the file that could not grow
    /// @param reason the operation that found no space
    /// @param cause  what the platform reported, if anything
    public NoSpaceException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
