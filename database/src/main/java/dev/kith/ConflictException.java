package dev.kith;

/// A conditional write came too late: the record is not in the version it was expected in. Nothing of the batch was written.
/// Read the record again and decide anew.
public final class ConflictException extends KithException {
    private final String id;
    private final long expected;
    private final long found;

    /// @param id of the record
    /// @param expected its expected version; 0 means no record, [Write#ANY_VERSION] any
    /// @param found its version; 0 means there is no such record
    public ConflictException(String id, long expected, long found) {
        super("record '" + (id.length() <= 80 ? id : id.substring(0, 80) + "...") + "': expected "
                + describe(expected) + ", found " + describe(found), null);
        this.id = id;
        this.expected = expected;
        this.found = found;
    }

    private static String describe(long version) {
        return version == 0 ? "no record" : version == Write.ANY_VERSION ? "a record" : "version " + version;
    }

    /// The record.
    public String id() {
        return id;
    }

    /// The version it was expected in; 0 for none, [Write#ANY_VERSION] for any.
    public long expected() {
        return expected;
    }

    /// The version it is in; 0 if there is no such record.
    public long found() {
        return found;
    }
}
