package dev.kith.core;

import java.io.IOException;

/// Index bytes that cannot be what was written: a wrong magic number, an impossible count, a reference out of range.
/// Nothing of the damaged part was used. The index does not know the file's name; whoever opened the bytes adds it.
public final class CorruptBytesException extends IOException {
    private final String what;
    private final long byteOffset;

    /// @param what the field or section that is wrong
    /// @param byteOffset where it stands, counted from the first byte of the index
    /// @param expected what a sound index has there, as text
    /// @param found what stands there, as text
    public CorruptBytesException(String what, long byteOffset, String expected, String found) {
        super(what + " at byte " + byteOffset + ": expected " + expected + ", found " + found);
        this.what = what;
        this.byteOffset = byteOffset;
    }

    /// The field or section that is wrong.
    public String what() {
        return what;
    }

    /// Where it stands, counted from the first byte of the index.
    public long byteOffset() {
        return byteOffset;
    }
}
