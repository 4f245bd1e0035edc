package dev.kith.cli.columns;

import dev.kith.GeoPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.ConversionPatterns;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/// Writes a Parquet file, compressed by Snappy, in row groups of some megabytes.
public final class ParquetRecordWriter implements RecordWriter {
    private static final long ROW_GROUP_BYTES = 16L << 20;
    private final ParquetWriter<List<@Nullable Object>> writer;

    private ParquetRecordWriter(ParquetWriter<List<@Nullable Object>> writer) {
        this.writer = writer;
    }

    /// Makes a file, replacing one that is there.
    public static ParquetRecordWriter create(Path path, List<Column> columns) throws IOException {
        return new ParquetRecordWriter(new Builder(new LocalOutputFile(path), columns).withConf(new PlainParquetConfiguration())
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE).withCodecFactory(new Codecs())
                .withCompressionCodec(CompressionCodecName.SNAPPY).withRowGroupSize(ROW_GROUP_BYTES).build());
    }

    @Override
    public void add(List<@Nullable Object> values) throws IOException {
        writer.write(values);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static Type type(Column column) {
        Repetition repetition = column.required() ? Repetition.REQUIRED : Repetition.OPTIONAL;
        if (column.depth() == 0) {
            return single(column, repetition, column.name());
        }
        Type element = single(column, Repetition.REQUIRED, "element");
        for (int i = 1; i < column.depth(); i++) {
            element = ConversionPatterns.listOfElements(Repetition.REQUIRED, "element", element);
        }
        return ConversionPatterns.listOfElements(repetition, column.name(), element);
    }

    private static Type single(Column column, Repetition repetition, String name) {
        return switch (column.kind()) {
            case TEXT -> Types.primitive(PrimitiveTypeName.BINARY, repetition).as(LogicalTypeAnnotation.stringType()).named(name);
            case INT8 ->
                Types.primitive(PrimitiveTypeName.INT32, repetition).as(LogicalTypeAnnotation.intType(8, true)).named(name);
            case INT32 -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
            case INT64 -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
            case FLOAT32 -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
            case FLOAT64 -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
            case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
            case INSTANT -> Types.primitive(PrimitiveTypeName.INT64, repetition)
                    .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.NANOS)).named(name);
            case POINT -> Types.buildGroup(repetition).required(PrimitiveTypeName.DOUBLE).named("lat")
                    .required(PrimitiveTypeName.DOUBLE).named("lon").named(name);
            case WEIGHTS -> Types.map(repetition).key(PrimitiveTypeName.INT32).requiredValue(PrimitiveTypeName.FLOAT).named(name);
        };
    }

    private static final class Builder extends ParquetWriter.Builder<List<@Nullable Object>, Builder> {
        private final List<Column> columns;

        Builder(OutputFile file, List<Column> columns) {
            super(file);
            this.columns = columns;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<List<@Nullable Object>> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(columns);
        }

        @Override
        protected WriteSupport<List<@Nullable Object>> getWriteSupport(Configuration configuration) {
            return new Rows(columns);
        }
    }

    /// Hands rows over value by value.
    private static final class Rows extends WriteSupport<List<@Nullable Object>> {
        private final List<Column> columns;
        private @Nullable RecordConsumer consumer;

        Rows(List<Column> columns) {
            this.columns = columns;
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(new MessageType("kith", columns.stream().map(ParquetRecordWriter::type).toList()), Map.of());
        }

        @Override
        public WriteContext init(Configuration configuration) {
            return init(new PlainParquetConfiguration());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(List<@Nullable Object> values) {
            RecordConsumer out = Objects.requireNonNull(consumer);
            out.startMessage();
            for (int i = 0; i < columns.size(); i++) {
                Object value = values.get(i);
                if (value != null) {
                    out.startField(columns.get(i).name(), i);
                    write(out, columns.get(i), columns.get(i).depth(), value);
                    out.endField(columns.get(i).name(), i);
                }
            }
            out.endMessage();
        }

        private static void write(RecordConsumer out, Column column, int depth, Object value) {
            if (depth > 0) {
                list(out, column, depth, value);
                return;
            }
            switch (column.kind()) {
                case TEXT -> out.addBinary(Binary.fromString((String) value));
                case INT8, INT32 -> out.addInteger(((Number) value).intValue());
                case INT64 -> out.addLong((Long) value);
                case FLOAT32 -> out.addFloat((Float) value);
                case FLOAT64 -> out.addDouble((Double) value);
                case BOOLEAN -> out.addBoolean((Boolean) value);
                case INSTANT -> out.addLong(nanos((Instant) value));
                case POINT -> {
                    GeoPoint point = (GeoPoint) value;
                    out.startGroup();
                    field(out, "lat", 0, () -> out.addDouble(point.latitude()));
                    field(out, "lon", 1, () -> out.addDouble(point.longitude()));
                    out.endGroup();
                }
                case WEIGHTS -> weights(out, (Map<?, ?>) value);
            }
        }

        private static void field(RecordConsumer out, String name, int index, Runnable content) {
            out.startField(name, index);
            content.run();
            out.endField(name, index);
        }

        private static void weights(RecordConsumer out, Map<?, ?> weights) {
            out.startGroup();
            if (!weights.isEmpty()) {
                field(out, "key_value", 0, () -> weights.forEach((index, weight) -> {
                    out.startGroup();
                    field(out, "key", 0, () -> out.addInteger((Integer) index));
                    field(out, "value", 1, () -> out.addFloat((Float) weight));
                    out.endGroup();
                }));
            }
            out.endGroup();
        }

        private static void list(RecordConsumer out, Column column, int depth, Object value) {
            int size = switch (value) {
                case float[] floats -> floats.length;
                case byte[] bytes -> bytes.length;
                default -> ((List<?>) value).size();
            };
            out.startGroup();
            if (size > 0) {
                out.startField("list", 0);
                for (int i = 0; i < size; i++) {
                    out.startGroup();
                    out.startField("element", 0);
                    switch (value) {
                        case float[] floats -> out.addFloat(floats[i]);
                        case byte[] bytes -> out.addInteger(bytes[i]);
                        default -> write(out, column, depth - 1, ((List<?>) value).get(i));
                    }
                    out.endField("element", 0);
                    out.endGroup();
                }
                out.endField("list", 0);
            }
            out.endGroup();
        }
    }

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
