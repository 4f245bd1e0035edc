package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// An earlier failure made it impossible to know what is on disk, so nothing more is written: a failed force, rename or
/// directory sync cannot be repeated safely, because a platform may report success for pages that it has dropped. The
/// cause is that first failure. What was being written when it struck may or may not be stored; opening the store anew
/// finds out.
public final class StorageFailedException extends StorageException {
    private static final long serialVersionUID = 1;

    /// @param file   the log or store that has failed
    /// @param reason the operation that failed
    /// @param cause  what the platform reported, if anything
    public StorageFailedException(String file, String reason, @Nullable Throwable cause) {
        super(file, file + ": " + reason, cause);
    }
}
