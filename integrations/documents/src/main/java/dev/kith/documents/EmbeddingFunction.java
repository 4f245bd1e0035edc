package dev.kith.documents;

import java.util.List;

/// Turns texts into vectors: the seam to an embedding model, local or far away. May be called from any thread, by one at a
/// time for each [Documents].
public interface EmbeddingFunction {
    /// The name of the model and of whatever else changes its vectors, such as `all-minilm-l6-v2` or
    /// `text-embedding-3-small/512`. Vectors of two identities are never mixed.
    String identity();

    /// Number of components of each vector.
    int dimension();

    /// The vectors of some texts, in their order.
    ///
    /// @throws RuntimeException if it could not be done; unless that is an [IllegalArgumentException] it is tried again, as
    ///         [SyncOptions] says
    List<float[]> embed(List<String> texts);
}
