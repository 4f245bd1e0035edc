package dev.kith.internal.index;

import dev.kith.ScalarField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.internal.model.NumberedSchema.NumberedField;

/// The names of Lucene fields. A field of the schema is known to Lucene by its number, so that a name can be used again for
/// something else later.
public final class LuceneFields {
    /// The id: one term, and binary doc values.
    public static final String ID = "_id";
    /// Metadata, text and payload: one stored binary value.
    public static final String SOURCE = "_src";
    /// The sequence number of the write: numeric doc values.
    public static final String SEQUENCE = "_seq";
    /// Reserved from the start for records of several documents; Lucene refuses to add it later.
    public static final String PARENT = "_parent";

    private LuceneFields() {}

    /// `v3` for a vector field, `m7` for metadata, `t8` for text.
    public static String name(NumberedField field) {
        return switch (field.field()) {
            case VectorField _ -> "v";
            case ScalarField _ -> "m";
            case TextField _ -> "t";
        } + field.number();
    }
}
