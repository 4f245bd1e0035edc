package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// A file or folder that should be there is not.
public final class MissingFileException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the absent file or folder
    /// @param reason who needed it and for what
    /// @param cause  what the platform reported, if anything
    public MissingFileException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
