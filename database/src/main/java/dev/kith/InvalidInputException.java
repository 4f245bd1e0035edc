package dev.kith;

/// The caller's mistake: something handed to Kith cannot be accepted. Nothing was changed and the database stays usable.
/// The message names the place, what was expected and what was found; the parts are readable one by one.
public abstract sealed class InvalidInputException extends IllegalArgumentException
        permits InvalidSchemaException, InvalidRecordException, InvalidFilterException, InvalidQueryException,
        InvalidNameException {
    private static final int SHOWN = 120;
    private final String field;
    private final String expected;
    private final String found;

    InvalidInputException(String what, String field, String expected, String found) {
        super(what + " '" + shorten(field) + "': expected " + expected + ", found " + shorten(found));
        this.field = field;
        this.expected = expected;
        this.found = found;
    }

    /// The field or parameter that is wrong.
    public String field() {
        return field;
    }

    /// What would have been right.
    public String expected() {
        return expected;
    }

    /// What was found instead.
    public String found() {
        return found;
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "... (" + text.length() + " characters)";
    }
}
