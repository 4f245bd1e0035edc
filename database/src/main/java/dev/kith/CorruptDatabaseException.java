package dev.kith;

import org.jspecify.annotations.Nullable;

/// Bytes on disk are not what was written. Primary data is never guessed at: the database refuses, and says where.
public final class CorruptDatabaseException extends KithException {
    private final String file;
    private final long offset;
    private final String expected;
    private final String found;

    /// @param file the damaged file
    /// @param offset byte offset of the damage, or -1 if it concerns the whole file
    /// @param expected what should be there
    /// @param found what is there
    /// @param cause what noticed it, or null
    public CorruptDatabaseException(String file, long offset, String expected, String found, @Nullable Throwable cause) {
        super(file + (offset < 0 ? "" : " at byte " + offset) + ": expected " + expected + ", found " + found, cause);
        this.file = file;
        this.offset = offset;
        this.expected = expected;
        this.found = found;
    }

    /// The damaged file.
    public String file() {
        return file;
    }

    /// Byte offset of the damage, or -1 if it concerns the whole file.
    public long offset() {
        return offset;
    }

    /// What should be there.
    public String expected() {
        return expected;
    }

    /// What is there.
    public String found() {
        return found;
    }
}
