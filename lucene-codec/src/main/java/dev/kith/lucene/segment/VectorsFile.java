package dev.kith.lucene.segment;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.storage.Container;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The vectors file of one segment, read in place. Immutable and thread-safe; usable as long as the memory is open.
public final class VectorsFile {
    private final Container container;
    private final List<FieldVectors> fields;

    private VectorsFile(Container container, List<FieldVectors> fields) {
        this.container = container;
        this.fields = fields;
    }

    /// Opens what a [VectorsFileWriter] wrote. Sizes, references and docIds are checked; the rows are not read.
    ///
    /// @param bytes the container and nothing else, in native or mapped memory, at any alignment
    /// @param name what messages call the file
    /// @throws IOException a kind of it that names what is wrong and where
    public static VectorsFile open(MemorySegment bytes, String name) throws IOException {
        Container container = Container.open(bytes, name, VectorsFileWriter.KIND);
        List<FieldVectors> fields = new ArrayList<>();
        for (FieldEntry entry : FieldTable.read(container.section(FieldTable.SECTION))) {
            fields.add(field(container, entry));
        }
        return new VectorsFile(container, List.copyOf(fields));
    }

    private static FieldVectors field(Container container, FieldEntry entry) throws IOException {
        FieldEntry.Sections sections = entry.sections();
        MemorySegment rows = sized(container, sections.rows(), "rows", entry.count() * entry.strideBytes());
        MemorySegment norms = entry.metric() == Metric.COSINE
                ? sized(container, sections.norms(), "inverse norms", 4L * entry.count())
                : MemorySegment.NULL;
        MemorySegment docs = entry.dense()
                ? MemorySegment.NULL
                : sized(container, sections.docs(), "docIds", 4L * entry.count());
        DocMap docMap = new DocMap(entry.count(), entry.maxDoc(), entry.dense(), docs);
        docMap.validate();
        return new FieldVectors(entry, new DenseVectors(entry.metric(), entry.encoding(), entry.dimension(), entry.count(),
                entry.strideBytes(), rows, norms), docMap);
    }

    private static MemorySegment sized(Container container, int section, String what, long bytes) throws IOException {
        MemorySegment found = container.section(section);
        if (found.byteSize() != bytes) {
            throw new CorruptBytesException("section of the " + what, 0, bytes + " bytes", found.byteSize() + " bytes");
        }
        return found;
    }

    /// The fields, each without its index.
    public List<FieldVectors> fields() {
        return fields;
    }

    /// Reads every byte and compares all checksums.
    ///
    /// @throws IOException a kind of it that names the damaged place
    public void verify() throws IOException {
        container.verify();
    }
}
