package dev.kith.cli.columns;

import dev.kith.GeoPoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Writes an Arrow file, or a stream if the name ends in `.arrows`, in batches of a thousand rows.
public final class ArrowRecordWriter implements RecordWriter {
    private static final int BATCH_ROWS = 1_000;
    private final List<Column> columns;
    private final BufferAllocator allocator;
    private final FileChannel channel;
    private final VectorSchemaRoot batch;
    private final ArrowWriter writer;
    private int rows;

    private ArrowRecordWriter(List<Column> columns, BufferAllocator allocator, FileChannel channel, boolean stream) {
        this.columns = List.copyOf(columns);
        this.allocator = allocator;
        this.channel = channel;
        this.batch = VectorSchemaRoot.create(new Schema(columns.stream().map(ArrowRecordWriter::field).toList()), allocator);
        this.writer = stream ? new ArrowStreamWriter(batch, null, channel) : new ArrowFileWriter(batch, null, channel);
    }

    /// Makes a file, replacing one that is there.
    public static ArrowRecordWriter create(Path path, List<Column> columns) throws IOException {
        BufferAllocator allocator = ArrowRecords.allocator();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        ArrowRecordWriter writer = new ArrowRecordWriter(columns, allocator, channel,
                path.getFileName().toString().endsWith(".arrows"));
        writer.writer.start();
        return writer;
    }

    private static Field field(Column column) {
        Field field = single(column, column.depth() == 0 ? column.name() : "item", column.depth() > 0 || column.required());
        for (int i = 0; i < column.depth(); i++) {
            boolean outermost = i == column.depth() - 1;
            ArrowType type = i == 0 && column.size() > 0 ? new ArrowType.FixedSizeList(column.size()) : ArrowType.List.INSTANCE;
            field = new Field(outermost ? column.name() : "item", new FieldType(outermost && !column.required(), type, null),
                    List.of(field));
        }
        return field;
    }

    private static Field single(Column column, String name, boolean required) {
        ArrowType type = switch (column.kind()) {
            case TEXT -> ArrowType.Utf8.INSTANCE;
            case INT8 -> new ArrowType.Int(8, true);
            case INT32 -> new ArrowType.Int(32, true);
            case INT64 -> new ArrowType.Int(64, true);
            case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case BOOLEAN -> ArrowType.Bool.INSTANCE;
            case INSTANT -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC");
            case POINT -> ArrowType.Struct.INSTANCE;
            case WEIGHTS -> new ArrowType.Map(false);
        };
        return new Field(name, new FieldType(!required, type, null), children(column.kind()));
    }

    private static List<Field> children(Column.Kind kind) {
        return switch (kind) {
            case POINT -> List.of(single(Column.of("lat", Column.Kind.FLOAT64), "lat", true),
                    single(Column.of("lon", Column.Kind.FLOAT64), "lon", true));
            case WEIGHTS -> List.of(new Field("entries", new FieldType(false, ArrowType.Struct.INSTANCE, null),
                    List.of(single(Column.of("key", Column.Kind.INT32), "key", true),
                            single(Column.of("value", Column.Kind.FLOAT32), "value", true))));
            case TEXT, INT8, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, INSTANT -> List.of();
        };
    }

    @Override
    public void add(List<@Nullable Object> values) throws IOException {
        for (int i = 0; i < columns.size(); i++) {
            Object value = values.get(i);
            if (value != null) {
                set(batch.getVector(i), rows, value);
            }
        }
        if (++rows == BATCH_ROWS) {
            flush();
        }
    }

    private static void set(FieldVector vector, int index, Object value) {
        switch (vector) {
            case VarCharVector text -> text.setSafe(index, ((String) value).getBytes(StandardCharsets.UTF_8));
            case TinyIntVector whole -> whole.setSafe(index, ((Number) value).intValue());
            case IntVector whole -> whole.setSafe(index, ((Number) value).intValue());
            case BigIntVector whole -> whole.setSafe(index, (Long) value);
            case Float4Vector floats -> floats.setSafe(index, (Float) value);
            case Float8Vector doubles -> doubles.setSafe(index, (Double) value);
            case BitVector bits -> bits.setSafe(index, (Boolean) value ? 1 : 0);
            case TimeStampNanoTZVector times -> times.setSafe(index, ParquetRecordWriter.nanos((Instant) value));
            case StructVector struct -> {
                GeoPoint point = (GeoPoint) value;
                struct.setIndexDefined(index);
                set(struct.getChildrenFromFields().get(0), index, point.latitude());
                set(struct.getChildrenFromFields().get(1), index, point.longitude());
            }
            case MapVector map -> weights(map, index, (Map<?, ?>) value);
            case FixedSizeListVector list -> elements(list.getDataVector(), list.startNewValue(index), list.getListSize(), value);
            case ListVector list -> {
                int size = size(value);
                elements(list.getDataVector(), list.startNewValue(index), size, value);
                list.endValue(index, size);
            }
            default -> throw new IllegalStateException("no such vector is made: " + vector.getField());
        }
    }

    private static void weights(MapVector map, int index, Map<?, ?> weights) {
        StructVector pairs = (StructVector) map.getDataVector();
        int at = map.startNewValue(index);
        for (Map.Entry<?, ?> entry : weights.entrySet()) {
            pairs.setIndexDefined(at);
            set(pairs.getChildrenFromFields().get(0), at, entry.getKey());
            set(pairs.getChildrenFromFields().get(1), at, entry.getValue());
            at++;
        }
        map.endValue(index, weights.size());
    }

    private static int size(Object list) {
        return switch (list) {
            case float[] floats -> floats.length;
            case byte[] bytes -> bytes.length;
            default -> ((List<?>) list).size();
        };
    }

    private static void elements(FieldVector elements, int start, int expected, Object list) {
        if (size(list) != expected) {
            throw new IllegalArgumentException("expected " + expected + " elements, found " + size(list));
        }
        for (int i = 0; i < expected; i++) {
            switch (list) {
                case float[] floats -> ((Float4Vector) elements).setSafe(start + i, floats[i]);
                case byte[] bytes -> ((TinyIntVector) elements).setSafe(start + i, bytes[i]);
                default -> set(elements, start + i, ((List<?>) list).get(i));
            }
        }
    }

    private void flush() throws IOException {
        batch.setRowCount(rows);
        writer.writeBatch();
        rows = 0;
        for (FieldVector vector : new ArrayList<>(batch.getFieldVectors())) {
            vector.reset();
        }
    }

    @Override
    public void close() throws IOException {
        try (channel; allocator; batch; writer) {
            if (rows > 0) {
                flush();
            }
            writer.end();
        }
    }
}
