package dev.kith.documents;

import dev.kith.InvalidRecordException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// What a metadata value is to a filter.
final class Values {
    private Values() {}

    /// A value in the form its column holds.
    record Held(Kind kind, Object value) {}

    /// The form of a value; `where` names it in errors.
    static Held held(String recordId, String key, Object value) {
        if (value instanceof Collection<?> list) {
            return heldList(recordId, key, list);
        }
        return switch (value) {
            case String text -> new Held(Kind.TEXT, text);
            case UUID uuid -> new Held(Kind.TEXT, uuid.toString());
            case Boolean truth -> new Held(Kind.TRUTH, truth);
            case Byte _,Short _,Integer _,Long _ -> new Held(Kind.WHOLE, ((Number) value).longValue());
            case Float _,Double _ when Double.isFinite(((Number) value).doubleValue()) ->
                new Held(Kind.REAL, real((Number) value));
            case null, default -> throw new InvalidRecordException(recordId, "metadata '" + key + "'",
                    "a string, UUID, boolean, whole number, finite number, or a list of such", describe(value));
        };
    }

    private static Held heldList(String recordId, String key, Collection<?> list) {
        List<Object> values = new ArrayList<>(list.size());
        Kind single = null;
        for (Object element : list) {
            if (element instanceof Collection<?>) {
                throw new InvalidRecordException(recordId, "metadata '" + key + "'", "no list in a list", describe(element));
            }
            Held held = held(recordId, key, element);
            if (single != null && single != held.kind() && (single == Kind.WHOLE || single == Kind.REAL)
                    && (held.kind() == Kind.WHOLE || held.kind() == Kind.REAL)) {
                single = Kind.REAL;
            } else if (single != null && single != held.kind()) {
                throw new InvalidRecordException(recordId, "metadata '" + key + "'", "list elements of one kind",
                        single.word + " and " + held.kind().word);
            } else {
                single = held.kind();
            }
            values.add(held.value());
        }
        return switch (single) {
            case null -> new Held(Kind.TEXTS, values);
            case TEXT -> new Held(Kind.TEXTS, values);
            case WHOLE -> new Held(Kind.WHOLES, values);
            case REAL -> new Held(Kind.REALS, values);
            case TRUTH -> new Held(Kind.TRUTHS, values);
            case TEXTS, WHOLES, REALS, TRUTHS -> throw new IllegalStateException("a list in a list");
        };
    }

    /// The double a number counts as: a float by the shortest decimal that names it.
    static double real(Number number) {
        return number instanceof Float single ? Double.parseDouble(Float.toString(single)) : number.doubleValue();
    }

    private static String describe(Object value) {
        return value == null
                ? "null"
                : value instanceof Float || value instanceof Double
                        ? value.toString()
                        : value.getClass().getName();
    }
}
