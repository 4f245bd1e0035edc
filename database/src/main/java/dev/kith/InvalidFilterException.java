package dev.kith;

/// A filter that does not fit the schema (unknown field, wrong type), exceeds a limit of [Limits], or a text that is no filter.
public final class InvalidFilterException extends InvalidInputException {
    private final int position;

    /// @param field the field or parameter that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidFilterException(String field, String expected, String found) {
        super("filter on", field, expected, found);
        this.position = 0;
    }

    /// A filter's text is wrong at a place.
    ///
    /// @param position character of the text, counted from 1
    /// @param expected what would have been right there
    /// @param found what was found instead
    public InvalidFilterException(int position, String expected, String found) {
        super("filter text, at", "character " + position, expected, found);
        this.position = position;
    }

    /// The character of the filter's text that is wrong, counted from 1; 0 if the filter did not come from text.
    public int position() {
        return position;
    }
}
