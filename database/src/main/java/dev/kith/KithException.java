package dev.kith;

import org.jspecify.annotations.Nullable;

/// The world's faults: the disk, another process, a damaged file, a closed handle. Unchecked, because no caller can repair
/// them on the spot; sealed, because each has its own answer. One is no fault: a [ConflictException] tells that another writer was first.
public abstract sealed class KithException extends RuntimeException
        permits DatabaseLockedException, CorruptDatabaseException, UnsupportedVersionException, NotADatabaseException,
        StorageFullException, ReadOnlyException, DatabaseFailedException, ClosedException, StorageException,
        WrongKeyException, QueryStoppedException, ConflictException {
    KithException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
