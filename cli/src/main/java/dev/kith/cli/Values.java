package dev.kith.cli;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/// Turns the words of a command line into values of a field's type.
final class Values {
    private Values() {}

    /// The metadata field of that name.
    static ScalarField metadata(Schema schema, String name) {
        Field field = schema.field(name);
        return switch (field) {
            case ScalarField scalar -> scalar;
            case VectorField _ ->
                throw new IllegalArgumentException("'" + name + "' is a vector field, expected a metadata field");
            case SparseVectorField _,MultiVectorField _ ->
                throw new IllegalArgumentException("'" + name + "' is a vector field, expected a metadata field");
            case TextField _ -> throw new IllegalArgumentException("'" + name + "' is a text field, expected a metadata field");
            case null -> {
                String near = schema.nearestName(name);
                throw new IllegalArgumentException(
                        "no field '" + name + "'" + (near == null ? "" : ", the nearest is '" + near + "'"));
            }
        };
    }

    /// `text` as a value of that type.
    static Object parse(String field, FieldType type, String text) {
        try {
            return switch (type) {
                case KEYWORD -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case INSTANT -> Instant.parse(text);
                case UUID -> UUID.fromString(text);
                case GEO_POINT -> {
                    String[] parts = text.split("[, ]+");
                    if (parts.length != 2) {
                        throw new NumberFormatException("not LATITUDE,LONGITUDE");
                    }
                    yield new GeoPoint(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
                }
                case BOOLEAN -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new NumberFormatException("not true or false");
                    }
                    yield Boolean.valueOf(text);
                }
            };
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "field '" + field + "' takes a value of type " + type.displayName() + ", found '" + text + "'", e);
        }
    }
}
