package dev.kith.storage;

/// Proof that this opener alone uses a folder. Held until closed, or until the process ends.
public interface VfsLock extends AutoCloseable {
    /// Checks that the lock file is still the one that was locked, not one put in its place.
    ///
    /// @throws FolderLockedException if the lock has been lost or was closed
    void ensureHeld() throws StorageException;

    /// Gives the lock back. The lock file stays, for a deleted one could be locked twice.
    @Override
    void close() throws StorageException;
}
