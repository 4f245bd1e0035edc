package dev.kith;

import org.jspecify.annotations.Nullable;

/// An earlier write, sync or rename failed in a way that leaves what is on the disk uncertain. Reads go on; every write is
/// refused until the database is closed and opened again, which recovers all acknowledged writes.
public final class DatabaseFailedException extends KithException {
    /// @param message names the file or folder and what is wrong with it
    /// @param cause what brought it about, or null
    public DatabaseFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
