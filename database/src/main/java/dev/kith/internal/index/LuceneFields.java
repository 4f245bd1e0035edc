package dev.kith.internal.index;

import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.SparseVectorField;
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

    /// When the record ends, in nanoseconds since 1970: a point and sorted-numeric doc values; absent if it does not end.
    public static final String END = "_end";
    /// The numbers of the fields that are null in a record: one term each.
    public static final String NULLS = "_null";

    private LuceneFields() {}

    /// The indices of a sparse vector: one term of four bytes, big-endian, for each.
    public static String sparseTerms(NumberedField field) {
        return name(field) + "t";
    }

    /// `v3` for a vector field, `m7` for metadata, `t8` for text, `s9` for a sparse vector, `x10` for a multi-vector.
    public static String name(NumberedField field) {
        return switch (field.field()) {
            case VectorField _ -> "v";
            case ScalarField _ -> "m";
            case TextField _ -> "t";
            case SparseVectorField _ -> "s";
            case MultiVectorField _ -> "x";
        } + field.number();
    }
}
