package dev.kith;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// The rules for names.
final class Names {
    private static final Pattern FIELD = Pattern.compile("\\p{L}[\\p{L}\\p{N}_.-]*");
    private static final Pattern COLLECTION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    /// Words of the filter language and the parts of a record; a field of that name could not be told from them.
    private static final Set<String> RESERVED = Set.of("id", "score", "payload", "and", "or", "not", "in", "between", "contains",
            "exists", "prefix", "true", "false", "null", "is", "like", "matches");

    static final String MODEL_RULE = "the name of a model, of 1 to " + Limits.MAX_MODEL_CHARACTERS + " characters, not blank";

    private Names() {}

    /// Whether a name, in any case, is a word of the filter language or a part of a record.
    static boolean isReserved(String name) {
        return RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    static void checkField(String name) {
        Objects.requireNonNull(name, "name");
        if (name.length() > Limits.MAX_NAME_LENGTH || !FIELD.matcher(name).matches()) {
            throw new InvalidSchemaException(name, "a name of at most " + Limits.MAX_NAME_LENGTH
                    + " characters: a letter, then letters, digits, '_', '-' or '.'", "'" + name + "'");
        }
        if (isReserved(name)) {
            throw new InvalidSchemaException(name, "a name that is not reserved", "a reserved word");
        }
    }

    static boolean isModel(String name) {
        return !name.isBlank() && name.length() <= Limits.MAX_MODEL_CHARACTERS;
    }

    static String checkModel(String name) {
        if (!isModel(Objects.requireNonNull(name, "name"))) {
            throw new InvalidNameException(name, MODEL_RULE, "'" + name + "'");
        }
        return name;
    }

    static void checkCollection(String name) {
        Objects.requireNonNull(name, "name");
        if (name.length() > Limits.MAX_NAME_LENGTH || !COLLECTION.matcher(name).matches()) {
            throw new InvalidNameException(name, "a name of at most " + Limits.MAX_NAME_LENGTH
                    + " characters: an ASCII letter or digit, then letters, digits, '_', '-' or '.'", "'" + name + "'");
        }
    }
}
