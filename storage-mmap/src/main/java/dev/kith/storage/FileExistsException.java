package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// A file that should be made anew is there already; nothing was overwritten.
public final class FileExistsException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the file found
    /// @param reason what was to be created
    /// @param cause  what the platform reported, if anything
    public FileExistsException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
