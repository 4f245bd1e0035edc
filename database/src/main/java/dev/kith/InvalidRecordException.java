package dev.kith;

/// A record that does not fit the schema: wrong dimension, a component that is not finite, a zero vector under cosine, an
/// unknown field, a value of the wrong type, a malformed payload, or a size over a limit of [Limits]. No record of the
/// batch was written.
public final class InvalidRecordException extends InvalidInputException {
    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidRecordException(String field, String expected, String found) {
        super("record field", field, expected, found);
    }

    /// @param id the record that is wrong
    /// @param field its field that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidRecordException(String id, String field, String expected, String found) {
        super("record '" + (id.length() <= 80 ? id : id.substring(0, 80) + "...") + "', field", field, expected, found);
    }
}
