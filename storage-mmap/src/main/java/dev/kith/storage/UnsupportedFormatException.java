package dev.kith.storage;

/// A sound file in a format that this release does not know: written by a newer release, or of another kind.
public final class UnsupportedFormatException extends StorageException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String supported;
    private final String found;

    /// @param file      the file
    /// @param what      the field that names the format, such as `version`
    /// @param supported what this release reads
    /// @param found     what the file says
    public UnsupportedFormatException(String file, String what, String supported, String found) {
        super(file, file + " cannot be read by this release: " + what + " is " + found + ", supported: " + supported, null);
        this.what = what;
        this.supported = supported;
        this.found = found;
    }

    /// The field that names the format.
    public String what() {
        return what;
    }

    /// What this release reads.
    public String supported() {
        return supported;
    }

    /// What the file says.
    public String found() {
        return found;
    }
}
