package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The section that names the fields of a vectors file: `int32 count`, `int32 entryBytes`, then the entries.
final class FieldTable {
    /// Where the table is. Written last, because only then the counts are known.
    static final int SECTION = 0;

    private static final int HEADER_BYTES = 8;

    private FieldTable() {}

    static void write(List<FieldEntry> entries, ByteSink sink) throws IOException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[HEADER_BYTES + entries.size() * FieldEntry.BYTES]);
        bytes.set(FieldEntry.INT, 0, entries.size());
        bytes.set(FieldEntry.INT, 4, FieldEntry.BYTES);
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).write(bytes, HEADER_BYTES + (long) i * FieldEntry.BYTES);
        }
        sink.write(bytes);
    }

    static List<FieldEntry> read(MemorySegment bytes) throws CorruptBytesException {
        int count = count(bytes, FieldEntry.BYTES, "field table");
        List<FieldEntry> entries = new ArrayList<>(count);
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < count; i++) {
            long at = HEADER_BYTES + (long) i * FieldEntry.BYTES;
            FieldEntry entry = FieldEntry.read(bytes, at);
            if (!numbers.add(entry.fieldNumber())) {
                throw new CorruptBytesException("field table", at, "each field once", "field " + entry.fieldNumber() + " twice");
            }
            entries.add(entry);
        }
        return entries;
    }

    /// Reads and checks the header that field tables and index tables share; returns the number of entries.
    static int count(MemorySegment bytes, int entryBytes, String what) throws CorruptBytesException {
        if (bytes.byteSize() < HEADER_BYTES) {
            throw new CorruptBytesException(what, 0, "at least " + HEADER_BYTES + " bytes", bytes.byteSize() + " bytes");
        }
        int found = bytes.get(FieldEntry.INT, 4);
        if (found != entryBytes) {
            throw new CorruptBytesException(what + " entryBytes", 4, Integer.toString(entryBytes), Integer.toString(found));
        }
        int count = bytes.get(FieldEntry.INT, 0);
        long need = HEADER_BYTES + (long) count * entryBytes;
        if (count < 0 || bytes.byteSize() != need) {
            throw new CorruptBytesException(what + " count", 0, "what " + bytes.byteSize() + " bytes hold",
                    Integer.toString(count));
        }
        return count;
    }
}
