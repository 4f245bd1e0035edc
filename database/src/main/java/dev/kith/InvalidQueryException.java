package dev.kith;

/// A query that does not fit the schema (unknown field, wrong dimension) or exceeds a limit of [Limits].
public final class InvalidQueryException extends InvalidInputException {
    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidQueryException(String field, String expected, String found) {
        super("query parameter", field, expected, found);
    }
}
