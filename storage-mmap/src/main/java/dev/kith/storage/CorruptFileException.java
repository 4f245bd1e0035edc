package dev.kith.storage;

import org.jspecify.annotations.Nullable;

/// A file holds bytes that it cannot hold if nobody damaged it. Nothing of what it claimed has been believed.
public final class CorruptFileException extends StorageException {
    private static final long serialVersionUID = 1;

    private final long offset;
    private final String what;
    private final String expected;
    private final String found;

    /// @param file     the damaged file
    /// @param offset   byte offset in the file of the damaged item, or of the block that holds it
    /// @param what     the item: a field, a block, a record
    /// @param expected what would have been right
    /// @param found    what stands there
    public CorruptFileException(String file, long offset, String what, String expected, String found) {
        this(file, offset, what, expected, found, null);
    }

    public CorruptFileException(String file, long offset, String what, String expected, String found, @Nullable Throwable cause) {
        super(file, file + " is damaged at byte " + offset + ": " + what + " should be " + expected + " but is " + found, cause);
        this.offset = offset;
        this.what = what;
        this.expected = expected;
        this.found = found;
    }

    /// Byte offset in the file of the damaged item, or of the block that holds it.
    public long offset() {
        return offset;
    }

    /// The damaged item: a field, a block, a record.
    public String what() {
        return what;
    }

    /// What would have been right.
    public String expected() {
        return expected;
    }

    /// What stands there.
    public String found() {
        return found;
    }
}
