package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The section that names the indexes of an index file: `int32 count`, `int32 entryBytes` (24), then for each index
/// `int32 fieldNumber`, `int32 kind`, `int32 section`, `int32 effort`, `int32 effort2`, `int32 rowsSection`. A field that is planned in the vectors file but missing
/// here was left without its index on purpose and is scanned.
final class IndexTable {
    static final int SECTION = 0;

    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 24;

    private IndexTable() {}

    /// One index.
    ///
    /// @param effort what a search uses that does not name its own; for HNSW efSearch, for IVF nprobe or 0
    /// @param effort2 for HNSW 0, for IVF rerank
    /// @param rowsSection with the rounded rows of an IVF index, or 0
    record Entry(int fieldNumber, int kind, int section, int effort, int effort2, int rowsSection) {}

    static void write(List<Entry> entries, ByteSink sink) throws IOException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[HEADER_BYTES + entries.size() * ENTRY_BYTES]);
        bytes.set(FieldEntry.INT, 0, entries.size());
        bytes.set(FieldEntry.INT, 4, ENTRY_BYTES);
        long at = HEADER_BYTES;
        for (Entry entry : entries) {
            bytes.set(FieldEntry.INT, at, entry.fieldNumber());
            bytes.set(FieldEntry.INT, at + 4, entry.kind());
            bytes.set(FieldEntry.INT, at + 8, entry.section());
            bytes.set(FieldEntry.INT, at + 12, entry.effort());
            bytes.set(FieldEntry.INT, at + 16, entry.effort2());
            bytes.set(FieldEntry.INT, at + 20, entry.rowsSection());
            at += ENTRY_BYTES;
        }
        sink.write(bytes);
    }

    static List<Entry> read(MemorySegment bytes) throws CorruptBytesException {
        int count = FieldTable.count(bytes, ENTRY_BYTES, "index table");
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long at = HEADER_BYTES + (long) i * ENTRY_BYTES;
            Entry entry = new Entry(bytes.get(FieldEntry.INT, at), bytes.get(FieldEntry.INT, at + 4),
                    bytes.get(FieldEntry.INT, at + 8), bytes.get(FieldEntry.INT, at + 12), bytes.get(FieldEntry.INT, at + 16),
                    bytes.get(FieldEntry.INT, at + 20));
            if (entry.section() < 1) {
                throw new CorruptBytesException("index table section", at + 8, "at least 1", Integer.toString(entry.section()));
            }
            if (entry.rowsSection() < 0 || entry.rowsSection() > 0 && entry.kind() != IndexKind.IVF.code()) {
                throw new CorruptBytesException("index table rowsSection", at + 20, "0, or for inverted lists at least 1",
                        Integer.toString(entry.rowsSection()));
            }
            int least = entry.kind() == IndexKind.IVF.code() ? 0 : 1;
            if (entry.effort() < least) {
                throw new CorruptBytesException("index table effort", at + 12, "at least " + least,
                        Integer.toString(entry.effort()));
            }
            entries.add(entry);
        }
        return entries;
    }
}
