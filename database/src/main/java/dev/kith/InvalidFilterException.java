package dev.kith;

/// A filter that does not fit the schema (unknown field, wrong type) or exceeds a limit of [Limits].
public final class InvalidFilterException extends InvalidInputException {
    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidFilterException(String field, String expected, String found) {
        super("filter on", field, expected, found);
    }
}
