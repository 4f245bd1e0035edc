package dev.kith.internal.engine;

import dev.kith.internal.format.Operation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.lucene.document.Document;
import org.jspecify.annotations.Nullable;

/// Work for the applying thread, in the order of the log.
sealed interface Pending {
    /// Completed when the work is done.
    CompletableFuture<Integer> done();

    /// One atomic batch that was appended to the log.
    ///
    /// @param documents for each operation the Lucene document, or null for a deletion
    /// @param bytes of the batch in the log
    /// @param done gives how many ids had a record before
    record Batch(long sequence, List<Operation> operations, List<@Nullable Document> documents, int bytes,
            CompletableFuture<Integer> done) implements Pending {}

    /// Something to be done between two batches.
    record Task(Action action, CompletableFuture<Integer> done) implements Pending {}

    /// The end.
    record Stop(CompletableFuture<Integer> done) implements Pending {}

    /// What a task does.
    interface Action {
        void run() throws Exception;
    }
}
