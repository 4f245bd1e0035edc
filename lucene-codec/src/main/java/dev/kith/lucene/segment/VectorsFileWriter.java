package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import dev.kith.core.Metric;
import dev.kith.storage.ContainerKind;
import dev.kith.storage.ContainerWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Writes the vectors file of one segment into a sink: the rows of each field as given, their inverse norms under COSINE, the
/// docIds of sparse fields, and last the table of fields. One field at a time. Not thread-safe; does not close the sink.
public final class VectorsFileWriter {
    /// What the container's header names as its content.
    public static final ContainerKind KIND = new ContainerKind("KVEC", 1);

    private final ContainerWriter container;
    private final List<FieldEntry> fields = new ArrayList<>();
    private int lastSection = FieldTable.SECTION;

    /// Begins a vectors file in `sink`.
    public VectorsFileWriter(ByteSink sink) {
        this.container = new ContainerWriter(sink, KIND);
    }

    /// Begins the rows of a field. [RowWriter#finish(IndexSpec)] must be called before the next field begins.
    public RowWriter field(FieldShape shape) throws IOException {
        int section = ++lastSection;
        return new RowWriter(this, shape, section, container.beginSection(section));
    }

    /// Ends the rows and writes what belongs to them.
    FieldEntry endField(RowWriter rows, IndexSpec spec) throws IOException {
        container.endSection();
        int count = rows.count();
        FieldShape shape = rows.shape();
        int norms = 0;
        if (shape.metric() == Metric.COSINE) {
            norms = ++lastSection;
            rows.inverseNorms().write(container.beginSection(norms));
            container.endSection();
        }
        int docs = 0;
        if (count < shape.maxDoc()) {
            docs = ++lastSection;
            rows.docIds().write(container.beginSection(docs));
            container.endSection();
        }
        FieldEntry entry = new FieldEntry(shape.fieldNumber(), shape.metric(), shape.encoding(), shape.dimension(), count,
                shape.maxDoc(), FieldEntry.strideBytes(shape.encoding(), shape.dimension()),
                new FieldEntry.Sections(rows.section(), norms, docs), spec.kind(count).code());
        fields.add(entry);
        return entry;
    }

    /// Writes the table of fields and ends the container.
    public void finish() throws IOException {
        FieldTable.write(fields, container.beginSection(FieldTable.SECTION));
        container.endSection();
        container.finish();
    }
}
