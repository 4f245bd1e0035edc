package dev.kith;

import java.util.Objects;

/// A metadata field: filtered exactly, returned on request. A record may lack it.
///
/// @param name unique in the schema
/// @param type what one value is
/// @param list whether a record holds a list of values, order and duplicates kept
public record ScalarField(String name, FieldType type, boolean list) implements Field {
    /// Checks the name.
    public ScalarField {
        Names.checkField(name);
        Objects.requireNonNull(type, "type");
    }

    @Override
    public String describe() {
        return list ? "list of " + type.displayName() : type.displayName();
    }
}
