package dev.kith.internal.index;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.util.IORunnable;
import org.jspecify.annotations.Nullable;

/// The writer of a merge whose index is built once the budget has room for it. Copying the vectors needs no leave.
final class BudgetedWriter extends KnnVectorsWriter {
    private final KnnVectorsWriter writer;
    private final MemoryBudget memory;
    private final long bytes;
    private final BooleanSupplier cancelled;

    BudgetedWriter(KnnVectorsWriter writer, MemoryBudget memory, long bytes, BooleanSupplier cancelled) {
        this.writer = writer;
        this.memory = memory;
        this.bytes = bytes;
        this.cancelled = cancelled;
    }

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo field) throws IOException {
        return writer.addField(field);
    }

    @Override
    public void flush(int maxDoc, Sorter.@Nullable DocMap sortMap) throws IOException {
        writer.flush(maxDoc, sortMap);
    }

    @Override
    @SuppressWarnings("NullAway") // Lucene's contract: no task is null
    public @Nullable IORunnable mergeOneField(FieldInfo field, MergeState merge) throws IOException {
        IORunnable build = writer.mergeOneField(field, merge);
        if (build == null) {
            return null;
        }
        return () -> {
            try (MemoryBudget.Lease _ = memory.lease(bytes, cancelled)) {
                build.run();
            }
        };
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    @Override
    public long ramBytesUsed() {
        return writer.ramBytesUsed();
    }
}
