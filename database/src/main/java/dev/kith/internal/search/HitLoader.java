package dev.kith.internal.search;

import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.DenseVectors;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.format.WideCodec;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import dev.kith.lucene.KithVectorsReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// Reads ids and projected records of a view. One search uses it, on one thread.
final class HitLoader {
    private final View view;
    private final RecordCodec codec;
    private final List<Leaf> leaves;
    private final @Nullable StoredFields[] stored;
    private final @Nullable BinaryDocValues[] ids;

    HitLoader(View view, RecordCodec codec) {
        this.view = view;
        this.codec = codec;
        this.leaves = view.generation().leaves();
        this.stored = new StoredFields[leaves.size()];
        this.ids = new BinaryDocValues[leaves.size()];
    }

    /// Lucene's name of a segment.
    static String segmentName(Leaf leaf) {
        return FilterLeafReader.unwrap(leaf.reader()) instanceof SegmentReader segment
                ? segment.getSegmentName()
                : leaf.reader().toString();
    }

    /// The value of one metadata field at a place, or null if the record lacks it.
    @Nullable
    Object value(int source, int item, String id, String field) throws IOException {
        return record(source, item, id, new Projection(List.of(field), false, false)).field(field);
    }

    /// The vector of one field at a place, or null if the record lacks it.
    float @Nullable [] vector(int source, int item, String field) {
        if (source >= leaves.size()) {
            VectorValue value = Objects.requireNonNull(entry(source, item).record()).vectors().get(field);
            return value == null ? null : value.toFloats();
        }
        KithVectorsReader reader = leaves.get(source).core().vectors(field);
        int ordinal = reader == null ? -1 : reader.ordinal(item);
        return reader == null || ordinal < 0 ? null : read(reader.vectors(), ordinal).toFloats();
    }

    /// The id at a place; from doc values, never from stored fields.
    String id(int source, int item) throws IOException {
        if (source >= leaves.size()) {
            return entry(source, item).id();
        }
        BinaryDocValues values = ids[source];
        if (values == null || values.docID() > item) { // doc values only move forward
            values = leaves.get(source).reader().getBinaryDocValues(LuceneFields.ID);
            ids[source] = values;
        }
        if (values == null || !values.advanceExact(item)) {
            throw new CorruptIndexException("document " + item + " has no id", leaves.get(source).reader().toString());
        }
        return values.binaryValue().utf8ToString();
    }

    /// The sequence number of the write that made the document.
    private long version(int source, int item) throws IOException {
        NumericDocValues values = leaves.get(source).reader().getNumericDocValues(LuceneFields.SEQUENCE);
        if (values == null || !values.advanceExact(item)) {
            throw new CorruptIndexException("document " + item + " has no sequence number",
                    leaves.get(source).reader().toString());
        }
        return values.longValue();
    }

    private Entry entry(int source, int item) {
        return view.slices().get(source - leaves.size()).overlay().entry(item);
    }

    /// The projected record at a place.
    Record record(int source, int item, String id, Projection projection) throws IOException {
        if (source >= leaves.size()) {
            return project(Objects.requireNonNull(entry(source, item).record()), projection);
        }
        Record.Builder record = Record.builder(id);
        if (projection.vectors()) {
            readVectors(leaves.get(source), item, record);
            readWide(leaves.get(source), item, record);
        }
        if (projection.fields() == null || !projection.fields().isEmpty() || projection.payload()) {
            readSource(source, item, projection, record);
        }
        return record.build().withVersion(version(source, item));
    }

    private static Record project(Record whole, Projection projection) {
        List<String> names = projection.fields();
        Record.Builder record = Record.builder(whole.id());
        whole.fields().forEach((name, value) -> {
            if (WideCodec.isWide(value) ? projection.vectors() : names == null || names.contains(name)) {
                record.field(name, value);
            }
        });
        whole.nulls().stream().filter(name -> names == null || names.contains(name)).forEach(name -> record.field(name, null));
        if (projection.payload() && whole.payload() != null) {
            record.payload(whole.payload());
        }
        if (projection.vectors()) {
            whole.vectors().forEach(record::vector);
        }
        if (whole.expiresAt() != null) {
            record.expiresAt(whole.expiresAt());
        }
        return record.build().withVersion(whole.version());
    }

    private void readSource(int source, int item, Projection projection, Record.Builder record) throws IOException {
        StoredFields fields = stored[source];
        if (fields == null) {
            fields = leaves.get(source).reader().storedFields();
            stored[source] = fields;
        }
        BytesRef bytes = fields.document(item).getBinaryValue(LuceneFields.SOURCE);
        if (bytes == null) {
            throw new CorruptIndexException("document " + item + " has no source", leaves.get(source).reader().toString());
        }
        try {
            codec.readSource(ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length), projection, record);
        } catch (MalformedBytesException e) {
            throw new CorruptIndexException("source of document " + item + " " + e.getMessage(),
                    leaves.get(source).reader().toString(), e);
        }
    }

    private void readVectors(Leaf leaf, int document, Record.Builder record) {
        for (VectorField field : codec.schema().schema().vectorFields()) {
            KithVectorsReader reader = leaf.core().vectors(field.name());
            int ordinal = reader == null ? -1 : reader.ordinal(document);
            if (reader != null && ordinal >= 0) {
                record.vector(field.name(), read(reader.vectors(), ordinal));
            }
        }
    }

    private void readWide(Leaf leaf, int document, Record.Builder record) throws IOException {
        for (NumberedField numbered : codec.schema().wideFields()) {
            BinaryDocValues values = leaf.reader().getBinaryDocValues(LuceneFields.name(numbered));
            if (values != null && values.advanceExact(document)) {
                BytesRef bytes = values.binaryValue();
                try {
                    record.field(numbered.field().name(), WideCodec.decode(numbered.field(),
                            ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length)));
                } catch (MalformedBytesException e) {
                    throw new CorruptIndexException("field " + numbered.field().name() + " of document " + document + " "
                            + e.getMessage(), leaf.reader().toString(), e);
                }
            }
        }
    }

    private static VectorValue read(DenseVectors vectors, int ordinal) {
        if (vectors.encoding().floats()) {
            float[] floats = new float[vectors.dimension()];
            vectors.copyRow(ordinal, floats);
            return VectorValue.of(floats);
        }
        byte[] bytes = new byte[vectors.dimension()];
        MemorySegment.copy(vectors.rows(), ValueLayout.JAVA_BYTE, vectors.rowOffset(ordinal), bytes, 0, bytes.length);
        return VectorValue.of(bytes);
    }
}
