package dev.kith.internal.view;

import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.DenseVectors;
import dev.kith.core.SignScan;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Recent writes that are in the log and in Lucene's buffers, but not yet in a reader. Scanned, until a refresh
/// publishes a reader that holds them. One thread appends; any number read what a view published.
public final class Overlay extends RefCount {
    private final Arena arena = Arena.ofShared();
    private final Map<String, RecentRows> rows = new HashMap<>();
    private final ConcurrentHashMap<String, Entry> latest = new ConcurrentHashMap<>();
    private volatile Entry[] entries = new Entry[64];
    private int size;
    private long heapBytes;
    private final long createdNanos = System.nanoTime();

    /// @param schema of the records
    public Overlay(NumberedSchema schema) {
        for (NumberedField numbered : schema.vectorFields()) {
            VectorField field = (VectorField) numbered.field();
            rows.put(field.name(), new RecentRows(field, arena));
        }
    }

    /// Appends a write.
    ///
    /// @param record null for a tombstone
    /// @param bytes of the record in the log
    public void add(String id, @Nullable Record record, long position, long bytes) {
        Entry entry = new Entry(id, record, position, size, latest.get(id));
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        entries[size++] = entry;
        if (record != null) {
            for (Map.Entry<String, VectorValue> vector : record.vectors().entrySet()) {
                rowsOf(vector.getKey()).append(vector.getValue(), entry);
            }
        }
        latest.put(id, entry);
        heapBytes += 256 + 2L * id.length() + bytes;
    }

    /// The newest entry of an id, or null; for the applying thread.
    public @Nullable Entry latest(String id) {
        return latest.get(id);
    }

    /// The newest entry of an id below a position, or null.
    @Nullable
    Entry latest(String id, long position) {
        Entry entry = latest.get(id);
        while (entry != null && entry.position() >= position) {
            entry = entry.previous();
        }
        return entry;
    }

    /// The ids with an entry.
    public Collection<String> ids() {
        return latest.keySet();
    }

    /// Number of entries; for the applying thread.
    public int size() {
        return size;
    }

    /// Memory taken, about; for the applying thread.
    public long bytes() {
        return nativeBytes() + heapBytes;
    }

    /// Memory taken outside the heap.
    public long nativeBytes() {
        long bytes = 0;
        for (RecentRows r : rows.values()) {
            bytes += r.chunkBytes();
        }
        return bytes;
    }

    /// When this was made, in [System#nanoTime()].
    public long createdNanos() {
        return createdNanos;
    }

    /// Entry `index`, below a published count.
    public Entry entry(int index) {
        return entries[index];
    }

    /// Rows of a vector field, at least all that are published.
    public int rowCount(String field) {
        return rowsOf(field).rows();
    }

    /// Rows in one chunk of vectors.
    public static int rowsPerChunk() {
        return RecentRows.CHUNK;
    }

    /// The vectors of rows `[number * rowsPerChunk, ...)`.
    public DenseVectors chunk(String field, int number) {
        return rowsOf(field).chunk(number);
    }

    /// What the codes of the rows are, or null if they have none yet; read before [#codes(String, int)].
    public @Nullable SignScan signs(String field) {
        return rowsOf(field).signs();
    }

    /// The codes of the rows of a chunk.
    public MemorySegment codes(String field, int number) {
        return rowsOf(field).codes(number);
    }

    /// Whose vector a row is.
    public Entry owner(String field, int row) {
        return rowsOf(field).owner(row);
    }

    private RecentRows rowsOf(String field) {
        RecentRows found = rows.get(field);
        if (found == null) {
            throw new IllegalStateException("not a vector field: " + field);
        }
        return found;
    }

    @Override
    void free() {
        arena.close();
    }
}
