package dev.kith;

/// A collection name that is malformed, unknown where it must exist, or taken where it must be free.
public final class InvalidNameException extends InvalidInputException {
    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidNameException(String field, String expected, String found) {
        super("collection", field, expected, found);
    }
}
