package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// Someone else holds the lock: another process, another class loader or another opener in this one.
public final class FolderLockedException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the lock file
    /// @param reason who holds it, as far as known
    /// @param cause  what the platform reported, if anything
    public FolderLockedException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
