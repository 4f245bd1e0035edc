package dev.kith.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything that can go wrong between this library and the disk. Every member of the family names the file or folder
/// it speaks of, so that a caller can tell a missing file from a damaged one and a full disk from a broken one.
public abstract sealed class StorageException extends IOException permits CorruptFileException, UnsupportedFormatException,
        MissingFileException, FileExistsException, NoSpaceException, FileAccessException, FolderLockedException,
        StorageFailedException, StorageClosedException {

    private final String file;

    StorageException(String file, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.file = file;
    }

    /// The file or folder concerned, as its opener named it.
    public String file() {
        return file;
    }

    static String nameOf(Path path) {
        return path.toString();
    }
}
