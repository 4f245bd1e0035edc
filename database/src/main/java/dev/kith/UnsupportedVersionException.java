package dev.kith;

/// The file was written in a format this version of Kith does not know, usually by a newer Kith. Nothing was touched.
public final class UnsupportedVersionException extends KithException {
    private final int found;
    private final int newestSupported;

    /// @param file the file
    /// @param found its format version
    /// @param newestSupported the newest format version this Kith reads
    public UnsupportedVersionException(String file, int found, int newestSupported) {
        super(file + ": format version " + found + " is not supported, the newest this version of Kith reads is "
                + newestSupported + "; open it with a newer Kith", null);
        this.found = found;
        this.newestSupported = newestSupported;
    }

    /// The format version of the file.
    public int found() {
        return found;
    }

    /// The newest format version this Kith reads.
    public int newestSupported() {
        return newestSupported;
    }
}
