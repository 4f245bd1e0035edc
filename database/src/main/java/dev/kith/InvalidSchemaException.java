package dev.kith;

/// A schema that cannot be: a duplicate or reserved field name, a dimension out of range, no vector field.
public final class InvalidSchemaException extends InvalidInputException {
    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidSchemaException(String field, String expected, String found) {
        super("schema field", field, expected, found);
    }
}
