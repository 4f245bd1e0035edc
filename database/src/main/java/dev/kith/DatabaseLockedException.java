package dev.kith;

import org.jspecify.annotations.Nullable;

/// The folder is open elsewhere: in another process, another class loader or another handle of this process. One process at
/// a time may open a database; the lock ends with the process, so there is never a stale lock to delete.
public final class DatabaseLockedException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public DatabaseLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
