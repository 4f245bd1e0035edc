package dev.kith;

/// What a metadata field holds. Values are converted to the field's type when a record is written and when a filter is bound,
/// by the same exact rules, so a filter always compares like with like:
///
/// | type | Java value | accepted from | kept as |
/// |---|---|---|---|
/// | [#KEYWORD] | `String` | `String` | the exact string, compared by code point; at most [Limits#MAX_KEYWORD_BYTES] |
/// | [#INTEGER] | `Integer` | `Byte`, `Short`, `Integer`, and `Long` in range | 32 bits |
/// | [#LONG] | `Long` | `Byte`, `Short`, `Integer`, `Long` | 64 bits, exact above 2^53 too |
/// | [#FLOAT] | `Float` | `Float`, `Double` (rounded to nearest), `Byte`, `Short`, `Integer`, `Long` if exact | 32 bits, finite |
/// | [#DOUBLE] | `Double` | `Float`, `Double`, `Byte`, `Short`, `Integer`, `Long` if exact | 64 bits, finite |
/// | [#BOOLEAN] | `Boolean` | `Boolean` | true above false |
/// | [#INSTANT] | `Instant` | `Instant`, `String` in ISO 8601 (`2026-01-31T12:00:00Z`) | nanoseconds since 1970, exact, from 1677-09-21 to 2262-04-11 |
/// | [#GEO_POINT] | [GeoPoint] | [GeoPoint] | 32 bits a coordinate |
/// | [#UUID] | `UUID` | `UUID`, `String` of 36 characters | 128 bits, compared without sign |
///
/// Negative zero becomes zero. NaN and infinities are refused.
public enum FieldType {
    /// An exact string: a tag, a category, a language, a path.
    KEYWORD("keyword"),
    /// A 32-bit integer.
    INTEGER("integer"),
    /// A 64-bit integer.
    LONG("long integer"),
    /// A single-precision number.
    FLOAT("float32"),
    /// A double-precision number.
    DOUBLE("float64"),
    /// True or false.
    BOOLEAN("boolean"),
    /// A point in time.
    INSTANT("instant"),
    /// A place on the earth.
    GEO_POINT("geo point"),
    /// A universally unique identifier.
    UUID("uuid");

    private final String displayName;

    FieldType(String displayName) {
        this.displayName = displayName;
    }

    /// The name used in messages.
    public String displayName() {
        return displayName;
    }
}
