package dev.kith.documents;

/// A collection holds vectors of one embedding model and was opened with another. Distances between vectors of two models
/// mean nothing, so neither is written nor searched.
public final class OtherModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String recorded;
    private final String given;

    /// @param collection the collection
    /// @param recorded the model whose vectors it holds
    /// @param given the model it was opened with
    public OtherModelException(String collection, String recorded, String given) {
        super("collection '" + collection + "': expected the embedding model '" + recorded + "' that its vectors are of, found '"
                + given + "'; use that model, or embed everything anew into another collection");
        this.recorded = recorded;
        this.given = given;
    }

    /// The model whose vectors the collection holds.
    public String recorded() {
        return recorded;
    }

    /// The model that was given.
    public String given() {
        return given;
    }
}
