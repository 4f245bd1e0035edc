package dev.kith.lucene.segment;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.Metric;
import dev.kith.hnsw.HnswIndex;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.RerankRows;
import dev.kith.ivfpq.RoundedLists;
import dev.kith.storage.Container;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The index file of one segment, read in place. Immutable and thread-safe; usable as long as the memory is open.
public final class IndexFile {
    private final Container container;
    private final Map<Integer, FieldIndex> indexes;

    private IndexFile(Container container, Map<Integer, FieldIndex> indexes) {
        this.container = container;
        this.indexes = indexes;
    }

    /// Opens what an [IndexFileWriter] wrote for the vectors in `vectors`.
    ///
    /// @param bytes the container and nothing else, in native or mapped memory, at any alignment
    /// @param name what messages call the file
    /// @throws IOException a kind of it that names what is wrong and where
    public static IndexFile open(MemorySegment bytes, String name, VectorsFile vectors) throws IOException {
        Container container = Container.open(bytes, name, IndexFileWriter.KIND);
        Map<Integer, FieldVectors> fields = new HashMap<>();
        vectors.fields().forEach(f -> fields.put(f.entry().fieldNumber(), f));
        Map<Integer, FieldIndex> indexes = new HashMap<>();
        for (IndexTable.Entry entry : IndexTable.read(container.section(IndexTable.SECTION))) {
            FieldVectors field = fields.get(entry.fieldNumber());
            if (field == null || field.entry().plannedIndex() != entry.kind()) {
                throw new CorruptBytesException("index table", 0, "the indexes planned in the vectors file",
                        "kind " + entry.kind() + " for field " + entry.fieldNumber());
            }
            indexes.put(entry.fieldNumber(), open(container, entry, field));
        }
        return new IndexFile(container, indexes);
    }

    private static FieldIndex open(Container container, IndexTable.Entry entry, FieldVectors field) throws IOException {
        MemorySegment bytes = container.section(entry.section());
        if (entry.kind() == IndexKind.HNSW.code()) {
            HnswIndex index = HnswIndex.open(bytes);
            check(field, index.size(), index.dimension(), index.metric());
            return new FieldIndex.Hnsw(index, entry.effort(), bytes);
        }
        if (entry.kind() == IndexKind.IVF.code()) {
            IvfPqIndex index = IvfPqIndex.open(bytes);
            check(field, index.size(), index.dimension(), index.metric());
            if (entry.effort2() < 1) {
                throw new CorruptBytesException("index table effort2", 0, "at least 1", Integer.toString(entry.effort2()));
            }
            RoundedLists rounded = entry.rowsSection() == 0
                    ? null
                    : new RoundedLists(index, rows(container.section(entry.rowsSection()), field));
            return new FieldIndex.Ivf(index, rounded, entry.effort(), entry.effort2(), bytes);
        }
        throw new CorruptBytesException("index table kind", 0, "1 (HNSW) or 2 (IVF)", Integer.toString(entry.kind()));
    }

    private static RerankRows rows(MemorySegment bytes, FieldVectors field) throws CorruptBytesException {
        RerankRows rows = RerankRows.open(bytes);
        check(field, rows.size(), rows.dimension(), rows.metric());
        return rows;
    }

    private static void check(FieldVectors field, int size, int dimension, Metric metric) throws CorruptBytesException {
        FieldEntry entry = field.entry();
        if (size != field.size() || dimension != entry.dimension() || metric != entry.metric()) {
            throw new CorruptBytesException("index of field " + entry.fieldNumber(), 0,
                    field.size() + " vectors, dimension " + entry.dimension() + ", " + entry.metric(),
                    size + " vectors, dimension " + dimension + ", " + metric);
        }
    }

    /// The index of a field, or null if the field was left without one.
    public @Nullable FieldIndex index(int fieldNumber) {
        return indexes.get(fieldNumber);
    }

    /// Reads every byte and compares all checksums.
    ///
    /// @throws IOException a kind of it that names the damaged place
    public void verify() throws IOException {
        container.verify();
    }
}
