package dev.kith.lucene;

import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import dev.kith.lucene.segment.RowWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.RamUsageEstimator;
import org.jspecify.annotations.Nullable;

/// The vectors of one field that wait in memory for the next flush, in the order in which their documents came.
abstract sealed class BufferedField<T> extends KnnFieldVectorsWriter<T> {
    private static final long SHALLOW_BYTES = RamUsageEstimator.shallowSizeOfInstance(BufferedField.class);

    private final FieldInfo info;
    private final List<T> rows = new ArrayList<>();
    private int[] docIds = new int[16];
    private final long rowBytes;

    private BufferedField(FieldInfo info) {
        this.info = info;
        this.rowBytes = RamUsageEstimator.NUM_BYTES_OBJECT_REF + RamUsageEstimator.alignObjectSize(
                RamUsageEstimator.NUM_BYTES_ARRAY_HEADER + (long) info.getVectorDimension() * info.getVectorEncoding().byteSize);
    }

    /// @param kept what the rows will be kept as
    static BufferedField<?> of(FieldInfo info, VectorEncoding kept) {
        return kept.floats() ? new Floats(info, kept) : new Bytes(info);
    }

    FieldInfo info() {
        return info;
    }

    @Override
    public void addValue(int docId, T row) {
        int count = rows.size();
        if (count > 0 && docId <= docIds[count - 1]) {
            throw new IllegalArgumentException("VectorValuesField \"" + info.name
                    + "\" appears more than once in this document (only one value is allowed per field)");
        }
        docIds = ArrayUtil.grow(docIds, count + 1);
        docIds[count] = docId;
        rows.add(copyValue(row));
    }

    @Override
    public long ramBytesUsed() {
        return SHALLOW_BYTES + RamUsageEstimator.sizeOf(docIds) + rows.size() * rowBytes;
    }

    /// Hands over all rows, in the order of the documents after sorting if the segment is sorted.
    void writeTo(RowWriter writer, Sorter.@Nullable DocMap sortMap) throws IOException {
        if (sortMap == null) {
            for (int i = 0; i < rows.size(); i++) {
                write(writer, docIds[i], rows.get(i));
            }
            return;
        }
        long[] order = new long[rows.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) sortMap.oldToNew(docIds[i]) << 32 | i;
        }
        Arrays.sort(order);
        for (long place : order) {
            write(writer, (int) (place >> 32), rows.get((int) place));
        }
    }

    /// Forgets the rows.
    void clear() {
        rows.clear();
    }

    abstract void write(RowWriter writer, int docId, T row) throws IOException;

    private static final class Floats extends BufferedField<float[]> {
        private final VectorEncoding kept;

        Floats(FieldInfo info, VectorEncoding kept) {
            super(info);
            this.kept = kept;
        }

        /// Refuses what cannot be kept now, when it costs a document; later it would cost the flush.
        @Override
        public float[] copyValue(float[] row) {
            VectorBytes.checkFits(kept, row);
            return row.clone();
        }

        @Override
        void write(RowWriter writer, int docId, float[] row) throws IOException {
            writer.add(docId, row);
        }
    }

    private static final class Bytes extends BufferedField<byte[]> {
        Bytes(FieldInfo info) {
            super(info);
        }

        @Override
        public byte[] copyValue(byte[] row) {
            return row.clone();
        }

        @Override
        void write(RowWriter writer, int docId, byte[] row) throws IOException {
            writer.add(docId, row);
        }
    }
}
