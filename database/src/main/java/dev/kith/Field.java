package dev.kith;

/// One named field of a [Schema].
public sealed interface Field permits VectorField, ScalarField, TextField, SparseVectorField, MultiVectorField {
    /// The name, unique in the schema: a letter, then letters, digits, `_`, `-` or `.`, at most [Limits#MAX_NAME_LENGTH]
    /// characters.
    String name();

    /// What it holds, as shown in messages.
    String describe();
}
