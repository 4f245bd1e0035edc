package dev.kith;

/// A sparse vector field: records hold a [SparseVector] in it, compared by inner product. A record may lack it.
///
/// @param name unique in the schema
public record SparseVectorField(String name) implements Field {
    /// Checks the name.
    public SparseVectorField {
        Names.checkField(name);
    }

    @Override
    public String describe() {
        return "sparse vector";
    }
}
