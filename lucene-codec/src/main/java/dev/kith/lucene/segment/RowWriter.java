package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Takes the rows of one field in the order of their docIds. Rows go to the sink as they are given; only 4 bytes a row for
/// the inverse norm (COSINE) and, for a field that not every document has, 4 for the docId stay in memory.
public final class RowWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    private final VectorsFileWriter file;
    private final FieldShape shape;
    private final int section;
    private final ByteSink sink;
    private final int strideBytes;
    private final MemorySegment buffer;
    private int buffered;
    private final DocIds docIds = new DocIds();
    private final Words inverseNorms = new Words();

    RowWriter(VectorsFileWriter file, FieldShape shape, int section, ByteSink sink) {
        this.file = file;
        this.shape = shape;
        this.section = section;
        this.sink = sink;
        this.strideBytes = Math.toIntExact(FieldEntry.strideBytes(shape.encoding(), shape.dimension()));
        this.buffer = MemorySegment.ofArray(new byte[Math.max(strideBytes, BUFFER_BYTES / strideBytes * strideBytes)]);
    }

    /// Appends a float vector, each component as the nearest that the encoding has; its docId must be above the last one's and below maxDoc.
    ///
    /// @throws IllegalArgumentException if a component is too large for the encoding
    public void add(int docId, float[] row) throws IOException {
        assert row.length == shape.dimension();
        VectorBytes.checkFits(shape.encoding(), row);
        long at = place(docId);
        VectorBytes.write(shape.encoding(), row, buffer, at);
        if (shape.metric() == Metric.COSINE) {
            double squares = 0;
            for (float component : row) {
                float x = VectorBytes.nearest(shape.encoding(), component);
                squares += (double) x * x;
            }
            addInverseNorm(squares);
        }
    }

    /// Appends a byte vector; its docId must be above the last one's and below maxDoc.
    public void add(int docId, byte[] row) throws IOException {
        assert row.length == shape.dimension();
        long at = place(docId);
        MemorySegment.copy(row, 0, buffer, ValueLayout.JAVA_BYTE, at, row.length);
        if (shape.metric() == Metric.COSINE) {
            long squares = 0;
            for (byte x : row) {
                squares += x * x;
            }
            addInverseNorm(squares);
        }
    }

    /// Appends a row of an older segment, byte for byte. It has the same encoding, dimension and metric.
    public void add(int docId, DenseVectors from, int ordinal) throws IOException {
        assert from.encoding() == shape.encoding() && from.dimension() == shape.dimension() && from.metric() == shape.metric();
        long at = place(docId);
        MemorySegment.copy(from.rows(), from.rowOffset(ordinal), buffer, at,
                (long) shape.dimension() * shape.encoding().bytes());
        if (shape.metric() == Metric.COSINE) {
            inverseNorms.add(Float.floatToRawIntBits(from.inverseNorm(ordinal)));
        }
    }

    /// Ends this field. Its index, if `spec` gives one to that many vectors, is planned, not built.
    public FieldEntry finish(IndexSpec spec) throws IOException {
        drain();
        return file.endField(this, spec);
    }

    /// Where the next row goes; rows are padded with zeros up to the stride.
    private long place(int docId) throws IOException {
        if (docId >= shape.maxDoc()) {
            throw new IllegalArgumentException("docId must be below " + shape.maxDoc() + ", was " + docId);
        }
        docIds.add(docId);
        if (buffered == buffer.byteSize()) {
            drain();
        }
        long at = buffered;
        buffered += strideBytes;
        return at;
    }

    private void drain() throws IOException {
        if (buffered > 0) {
            sink.write(buffer.asSlice(0, buffered));
            buffered = 0;
        }
    }

    /// A row without a direction (all zeros, or so small that the inverse overflows) gets 0: it is then at distance 1, a right
    /// angle, from everything, and never NaN.
    private void addInverseNorm(double squares) {
        float inverse = (float) (1 / Math.sqrt(squares));
        inverseNorms.add(Float.floatToRawIntBits(Float.isFinite(inverse) ? inverse : 0f));
    }

    /// What rows are kept as.
    public VectorEncoding encoding() {
        return shape.encoding();
    }

    int count() {
        return docIds.count();
    }

    FieldShape shape() {
        return shape;
    }

    int section() {
        return section;
    }

    DocIds docIds() {
        return docIds;
    }

    Words inverseNorms() {
        return inverseNorms;
    }
}
