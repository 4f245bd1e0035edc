package dev.kith.internal.format;

/// Bytes that cannot have been written by an encoder of this package. Whoever knows the file turns it into a
/// [dev.kith.CorruptDatabaseException].
public final class MalformedBytesException extends Exception {
    private final long offset;
    private final String expected;
    private final String found;

    /// What is wrong, and where.
    public MalformedBytesException(long offset, String expected, String found) {
        super("at byte " + offset + ": expected " + expected + ", found " + found);
        this.offset = offset;
        this.expected = expected;
        this.found = found;
    }

    /// Where, counted from the first byte given to the decoder.
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
