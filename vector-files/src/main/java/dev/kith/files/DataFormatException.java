package dev.kith.files;

import java.io.IOException;
import java.nio.file.Path;

/// A data file that is not what its name says: names the file, what was looked at, what was expected and what was found.
public final class DataFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param what the field or place in the file
    public DataFormatException(Path file, String what, String expected, String found) {
        super(file + ": " + what + ": expected " + expected + ", found " + found);
    }
}
