package dev.kith;

import org.jspecify.annotations.Nullable;

/// The world's faults: the disk, another process, a damaged file, a closed handle. Unchecked, because no caller can repair
/// them on the spot; sealed, because each has its own answer.
public abstract sealed class KithException extends RuntimeException
        permits DatabaseLockedException, CorruptDatabaseException, UnsupportedVersionException, NotADatabaseException,
        StorageFullException, ReadOnlyException, DatabaseFailedException, ClosedException, StorageException,
        WrongKeyException, QueryStoppedException {
    KithException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
