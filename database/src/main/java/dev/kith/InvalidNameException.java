package dev.kith;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A collection name that is malformed, unknown where it must exist, or taken where it must be free.
public final class InvalidNameException extends InvalidInputException {
    /// @param name the name that is wrong
    /// @param expected what would have been right
    /// @param found what was found instead
    public InvalidNameException(String name, String expected, String found) {
        super("collection", name, expected, found);
    }

    /// Checks that a collection name is well formed: an ASCII letter or digit, then letters, digits, `_`, `-` or `.`, at most
    /// [Limits#MAX_NAME_LENGTH] characters.
    ///
    /// @throws InvalidNameException if not
    public static void check(String name) {
        Names.checkCollection(name);
    }

    /// The known name most like `name`, or null if none is near.
    public static @Nullable String nearest(String name, Collection<String> known) {
        return Spelling.nearest(name, known);
    }
}
