package dev.kith.ivfpq;

import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.VectorBytes;
import dev.kith.core.pq.Bfloat16;
import dev.kith.core.pq.ScalarCodes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Rows of less precision than the vectors, for the last stair of a search: half or a quarter of the bytes, so that memory holds
/// two or four times as many of them and a row read from disk is more often on one page. Distances are then those
/// of the rounded rows, and answers are ranked by them; who wants the vectors' own distances scores the few answers again.
///
/// The bytes are a file of their own beside an index, written once from the same vectors in the same order; the layout is in
/// `docs/format/ivfpq.md`. Immutable and thread-safe; the memory must stay open.
public final class RerankRows {
    /// What a component takes.
    public enum Kind {
        /// The upper half of a float32: about 2.5 decimal digits, two bytes.
        BF16,
        /// A grid of 256 steps, its width chosen for each row, one byte.
        INT8
    }

    static final int HEADER_BYTES = 64;
    private static final long MAGIC = 0x3157_4f52_4854_494bL; // "KITHROW1"
    private static final List<Metric> METRICS = List.of(Metric.SQUARED_L2, Metric.INNER_PRODUCT, Metric.COSINE);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 256;

    private final Shape shape;
    private final MemorySegment rows;

    private RerankRows(Shape shape, MemorySegment rows) {
        this.shape = shape;
        this.rows = rows;
    }

    private record Shape(Kind kind, Metric metric, int dimension, int count) {
        int codeBytes() {
            return switch (kind) {
                case BF16 -> Bfloat16.rowBytes(dimension);
                case INT8 -> Bfloat16.padded(dimension);
            };
        }

        /// INT8: the code, its scale, and the squared length of the row.
        int strideBytes() {
            return switch (kind) {
                case BF16 -> codeBytes();
                case INT8 -> codeBytes() + 8;
            };
        }

        long bytes() {
            return HEADER_BYTES + (long) count * strideBytes();
        }

        ScalarCodes codes() {
            return new ScalarCodes(8, Bfloat16.padded(dimension));
        }
    }

    /// How many bytes [#write] writes.
    public static long bytesOf(DenseVectors vectors, Kind kind) {
        return new Shape(kind, vectors.metric(), vectors.dimension(), vectors.count()).bytes();
    }

    /// Writes all vectors, rounded. Reads them once from the first to the last and keeps a few hundred in memory.
    public static void write(DenseVectors vectors, Kind kind, ByteSink sink) throws IOException {
        Shape shape = new Shape(kind, vectors.metric(), vectors.dimension(), vectors.count());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(HEADER_BYTES, 64);
            header.set(LONG, 0, MAGIC);
            header.set(INT, 8, kind.ordinal() + 1);
            header.set(INT, 12, METRICS.indexOf(shape.metric));
            header.set(INT, 16, shape.dimension);
            header.set(INT, 20, shape.count);
            sink.write(header);
            Encoder encoder = new Encoder(shape);
            MemorySegment block = arena.allocate((long) BLOCK * shape.strideBytes(), 64);
            for (int from = 0; from < shape.count; from += BLOCK) {
                int n = Math.min(BLOCK, shape.count - from);
                for (int i = 0; i < n; i++) {
                    vectors.copyRow(from + i, encoder.row);
                    encoder.encode(block, (long) i * shape.strideBytes());
                }
                sink.write(block.asSlice(0, (long) n * shape.strideBytes()));
            }
        }
    }

    /// Rounds one row after the other.
    private static final class Encoder {
        private final Shape shape;
        private final float[] row;
        private final float[] padded;
        private final float[] points;
        private final byte[] code;

        Encoder(Shape shape) {
            this.shape = shape;
            this.row = new float[shape.dimension];
            this.padded = new float[Bfloat16.padded(shape.dimension)];
            this.points = new float[padded.length];
            this.code = new byte[padded.length];
        }

        void encode(MemorySegment to, long at) {
            IvfModel.normalize(shape.metric, row, 0, row.length);
            System.arraycopy(row, 0, padded, 0, row.length);
            switch (shape.kind) {
                case BF16 -> {
                    for (int i = 0; i < padded.length; i++) {
                        to.set(SHORT, at + 2L * i, VectorBytes.floatToBfloat16(padded[i]));
                    }
                }
                case INT8 -> encodeGrid(to, at);
            }
        }

        private void encodeGrid(MemorySegment to, long at) {
            shape.codes().encode(padded, 0, code, 0, points);
            double xp = 0;
            double pp = 0;
            double xx = 0;
            for (int i = 0; i < row.length; i++) {
                xp += (double) row[i] * points[i];
                pp += (double) points[i] * points[i];
                xx += (double) row[i] * row[i];
            }
            MemorySegment.copy(code, 0, to, ValueLayout.JAVA_BYTE, at, code.length);
            to.set(FLOAT, at + code.length, (float) (xp / pp));
            to.set(FLOAT, at + code.length + 4, (float) xx);
        }
    }

    /// Reads what [#write] wrote, in place.
    ///
    /// @param bytes native or mapped memory
    /// @throws CorruptBytesException if the bytes are something else or too few
    public static RerankRows open(MemorySegment bytes) throws CorruptBytesException {
        if (!bytes.isNative()) {
            throw new IllegalArgumentException("rows are opened in native or mapped memory, not heap memory");
        }
        if (bytes.byteSize() < HEADER_BYTES) {
            throw new CorruptBytesException("header of rows", 0, HEADER_BYTES + " bytes", bytes.byteSize() + " bytes");
        }
        if (bytes.get(LONG, 0) != MAGIC) {
            throw new CorruptBytesException("magic of rows", 0, Long.toHexString(MAGIC), Long.toHexString(bytes.get(LONG, 0)));
        }
        int kind = field(bytes, "kind", 8, 1, 2);
        int metric = field(bytes, "metric", 12, 0, 2);
        Shape shape = new Shape(Kind.values()[kind - 1], METRICS.get(metric), field(bytes, "dimension", 16, 1, 1 << 20),
                field(bytes, "count", 20, 0, Integer.MAX_VALUE));
        if (bytes.byteSize() < shape.bytes()) {
            throw new CorruptBytesException("rows", 0, shape.bytes() + " bytes", bytes.byteSize() + " bytes");
        }
        return new RerankRows(shape, bytes.asSlice(HEADER_BYTES, shape.bytes() - HEADER_BYTES));
    }

    private static int field(MemorySegment bytes, String what, long at, int least, int most) throws CorruptBytesException {
        int found = bytes.get(INT, at);
        if (found < least || found > most) {
            throw new CorruptBytesException(what + " of rows", at, least + " to " + most, "" + found);
        }
        return found;
    }

    /// What a component takes.
    public Kind kind() {
        return shape.kind;
    }

    /// Components of a row.
    public int dimension() {
        return shape.dimension;
    }

    /// The metric of the vectors that were rounded, which distances to the rows follow.
    public Metric metric() {
        return shape.metric;
    }

    /// Number of rows; ordinals are `[0, size)`.
    public int size() {
        return shape.count;
    }

    /// Bytes on disk and, mapped, in memory.
    public long bytes() {
        return shape.bytes();
    }

    /// The rows' memory, for advice about its pages.
    public MemorySegment memory() {
        return rows;
    }

    /// Distances from a query to the rounded rows, by the metric of the vectors, for [IvfPqIndex#search].
    ///
    /// @throws IllegalArgumentException if the query's length is not the vectors' dimension
    public Scorer scorer(float[] query) {
        if (query.length != shape.dimension) {
            throw new IllegalArgumentException("query has " + query.length + " components, the rows have " + shape.dimension);
        }
        float[] own = query.clone();
        IvfModel.normalize(shape.metric, own, 0, own.length);
        return switch (shape.kind) {
            case BF16 -> new HalfScorer(own);
            case INT8 -> new GridScorer(own);
        };
    }

    private abstract class RowScorer implements Scorer {
        private final float[] query;

        RowScorer(float[] query) {
            this.query = query;
        }

        /// @param at byte of the row
        abstract float distance(long at);

        @Override
        public void score(int[] ordinals, int count, float[] distances) {
            for (int i = 0; i < count; i++) {
                distances[i] = distance((long) Objects.checkIndex(ordinals[i], shape.count) * shape.strideBytes());
            }
        }

        @Override
        public void scoreRange(int firstOrdinal, int count, float[] distances) {
            Objects.checkFromIndexSize(firstOrdinal, count, shape.count);
            for (int i = 0; i < count; i++) {
                distances[i] = distance((long) (firstOrdinal + i) * shape.strideBytes());
            }
        }

        @Override
        public int size() {
            return shape.count;
        }

        @Override
        public boolean copyQuery(float[] target) {
            System.arraycopy(query, 0, target, 0, query.length);
            return true;
        }
    }

    private final class HalfScorer extends RowScorer {
        private final Bfloat16.Query split;

        HalfScorer(float[] query) {
            super(query);
            this.split = Bfloat16.Query.of(query);
        }

        @Override
        float distance(long at) {
            return switch (shape.metric) {
                case SQUARED_L2 -> Bfloat16.squaredL2(split, rows, at);
                case INNER_PRODUCT -> -Bfloat16.dot(split, rows, at);
                case COSINE -> 1f - Bfloat16.dot(split, rows, at);
            };
        }
    }

    private final class GridScorer extends RowScorer {
        private final ScalarCodes codes = shape.codes();
        private final float[] padded;
        private float sum;
        private float squared;

        GridScorer(float[] query) {
            super(query);
            padded = Arrays.copyOf(query, codes.dimension());
            for (float x : query) {
                sum += x;
                squared = Math.fma(x, x, squared);
            }
        }

        @Override
        float distance(long at) {
            float dot = rows.get(FLOAT, at + codes.dimension()) * codes.dot(padded, sum, rows, at);
            return switch (shape.metric) {
                case SQUARED_L2 -> Math.max(0f, squared + rows.get(FLOAT, at + codes.dimension() + 4) - 2 * dot);
                case INNER_PRODUCT -> -dot;
                case COSINE -> 1f - dot;
            };
        }
    }
}
