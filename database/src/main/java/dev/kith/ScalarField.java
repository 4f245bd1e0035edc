package dev.kith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A metadata field: filtered exactly, returned on request. A record may lack it, or hold null in it.
///
/// @param name unique in the schema; dots make it a path into nested objects (`author.name`), see [Record.Builder#field]
/// @param type what one value is
/// @param list whether a record holds a list of values, order and duplicates kept
/// @param defaultValue what a record gets when it is written without the field; null means nothing. A null that a record
///        holds on purpose stays null, and records written before the field was added stay as they are
public record ScalarField(String name, FieldType type, boolean list, @Nullable Object defaultValue) implements Field {
    /// Checks the name. Whether the default value fits is checked when a collection is made with the field.
    public ScalarField {
        Names.checkField(name);
        Objects.requireNonNull(type, "type");
        if (defaultValue instanceof java.util.Collection<?> values) {
            defaultValue = java.util.List.copyOf(values);
        }
    }

    /// A field without a default value.
    public ScalarField(String name, FieldType type, boolean list) {
        this(name, type, list, null);
    }

    /// This field with a default value.
    public ScalarField withDefault(Object value) {
        return new ScalarField(name, type, list, Objects.requireNonNull(value, "value"));
    }

    @Override
    public String describe() {
        return list ? "list of " + type.displayName() : type.displayName();
    }
}
