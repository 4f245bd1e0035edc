package dev.kith.lucene.segment;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// One field in the field table of a vectors file: 48 bytes, little-endian. `docs/format/lucene-files.md` has the same table.
///
/// | bytes | name | meaning |
/// |---|---|---|
/// | 0-3 | fieldNumber | Lucene's number of the field in this segment, at least 0 |
/// | 4-7 | metric | 0 SQUARED_L2, 1 INNER_PRODUCT, 2 COSINE |
/// | 8-11 | encoding | 0 FLOAT32, 1 INT8, 2 BFLOAT16, 3 FLOAT16 |
/// | 12-15 | dimension | components of a vector, at least 1 |
/// | 16-19 | count | vectors, ordinals are `[0, count)` |
/// | 20-23 | maxDoc | documents of the segment; docIds are `[0, maxDoc)` |
/// | 24-31 | strideBytes | from one row to the next |
/// | 32-35 | rowsSection | section with the rows |
/// | 36-39 | normsSection | section with the inverse norms; 0: none, the metric is not COSINE |
/// | 40-43 | docsSection | section with the docIds; 0: dense, the docId is the ordinal |
/// | 44-47 | plannedIndex | 0 none, else the kind of index that was planned, see the index file |
public record FieldEntry(int fieldNumber, Metric metric, VectorEncoding encoding, int dimension, int count, int maxDoc,
        long strideBytes, Sections sections, int plannedIndex) {

    /// Where a field's parts are; 0 is "none".
    ///
    /// @param rows section with the rows
    /// @param norms section with the inverse norms, or 0
    /// @param docs section with the docIds, or 0 when every document has a vector
    public record Sections(int rows, int norms, int docs) {}

    static final int BYTES = 48;

    /// By their numbers in the file, which an order of the enum's own cannot change.
    private static final List<VectorEncoding> ENCODINGS = List.of(VectorEncoding.FLOAT32, VectorEncoding.INT8,
            VectorEncoding.BFLOAT16, VectorEncoding.FLOAT16);

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            INT.withName("fieldNumber"),
            INT.withName("metric"),
            INT.withName("encoding"),
            INT.withName("dimension"),
            INT.withName("count"),
            INT.withName("maxDoc"),
            LONG.withName("strideBytes"),
            INT.withName("rowsSection"),
            INT.withName("normsSection"),
            INT.withName("docsSection"),
            INT.withName("plannedIndex"));

    /// Whether every document of the segment has a vector, so that ordinal and docId are the same number.
    public boolean dense() {
        return sections.docs() == 0;
    }

    /// Bytes of one row without padding.
    public long rowBytes() {
        return (long) dimension * encoding.bytes();
    }

    /// Rows start on 64-byte boundaries where that costs at most an eighth more space; else they are packed. Aligned rows are
    /// faster to score, but small rows would be mostly padding.
    static long strideBytes(VectorEncoding encoding, int dimension) {
        long row = (long) dimension * encoding.bytes();
        long aligned = (row + 63) & -64;
        return (aligned - row) * 8 <= row ? aligned : row;
    }

    void write(MemorySegment to, long at) {
        set(to, at, "fieldNumber", fieldNumber);
        set(to, at, "metric", code(metric));
        set(to, at, "encoding", ENCODINGS.indexOf(encoding));
        set(to, at, "dimension", dimension);
        set(to, at, "count", count);
        set(to, at, "maxDoc", maxDoc);
        to.set(LONG, at + offset("strideBytes"), strideBytes);
        set(to, at, "rowsSection", sections.rows());
        set(to, at, "normsSection", sections.norms());
        set(to, at, "docsSection", sections.docs());
        set(to, at, "plannedIndex", plannedIndex);
    }

    static FieldEntry read(MemorySegment from, long at) throws CorruptBytesException {
        int fieldNumber = inRange(from, at, "fieldNumber", 0, Integer.MAX_VALUE);
        Metric metric = metric(inRange(from, at, "metric", 0, 2));
        VectorEncoding encoding = ENCODINGS.get(inRange(from, at, "encoding", 0, ENCODINGS.size() - 1));
        int dimension = inRange(from, at, "dimension", 1, Integer.MAX_VALUE);
        int maxDoc = inRange(from, at, "maxDoc", 0, Integer.MAX_VALUE);
        int count = inRange(from, at, "count", 0, maxDoc);
        long stride = from.get(LONG, at + offset("strideBytes"));
        if (stride != strideBytes(encoding, dimension)) {
            throw new CorruptBytesException("strideBytes of field " + fieldNumber, at + offset("strideBytes"),
                    Long.toString(strideBytes(encoding, dimension)), Long.toString(stride));
        }
        int rows = inRange(from, at, "rowsSection", 1, Integer.MAX_VALUE);
        int norms = inRange(from, at, "normsSection", metric == Metric.COSINE ? 1 : 0,
                metric == Metric.COSINE ? Integer.MAX_VALUE : 0);
        int docs = inRange(from, at, "docsSection", count == maxDoc ? 0 : 1, count == maxDoc ? 0 : Integer.MAX_VALUE);
        int planned = inRange(from, at, "plannedIndex", 0, Integer.MAX_VALUE);
        return new FieldEntry(fieldNumber, metric, encoding, dimension, count, maxDoc, stride, new Sections(rows, norms, docs),
                planned);
    }

    private static void set(MemorySegment to, long at, String field, int value) {
        to.set(INT, at + offset(field), value);
    }

    private static int inRange(MemorySegment from, long at, String field, int min, int max) throws CorruptBytesException {
        int found = from.get(INT, at + offset(field));
        if (found < min || found > max) {
            throw new CorruptBytesException(field, at + offset(field), "[" + min + ", " + max + "]", Integer.toString(found));
        }
        return found;
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(groupElement(field));
    }

    private static int code(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> 0;
            case INNER_PRODUCT -> 1;
            case COSINE -> 2;
        };
    }

    private static Metric metric(int code) {
        return code == 0 ? Metric.SQUARED_L2 : code == 1 ? Metric.INNER_PRODUCT : Metric.COSINE;
    }
}
