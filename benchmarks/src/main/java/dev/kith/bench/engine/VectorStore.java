package dev.kith.bench.engine;

/// A set of vectors by row number that changes. Writes come from one thread, searches from any.
public interface VectorStore extends AutoCloseable {
    /// Writes rows, replacing those that exist; on return they survive a crash, if the store is durable at all, and the next
    /// search sees them.
    void upsert(int[] rows, float[][] vectors) throws Exception;

    /// Takes rows away; the same promises.
    void delete(int[] rows) throws Exception;

    /// Waits until nothing is left to do in the background and, where the store can, brings it into its best form.
    void settle() throws Exception;

    /// The `k` nearest rows.
    ///
    /// @param ef the main search knob of graphs
    /// @return how many were answered
    int search(float[] query, int k, int ef, int[] ids) throws Exception;

    @Override
    void close() throws Exception;
}
