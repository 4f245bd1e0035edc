package dev.kith.cli.columns;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/// One value of a Parquet column by its physical and logical type. Decimals without places become `Long`, others the nearest `Double`.
final class ParquetValue extends PrimitiveConverter {
    private static final long JULIAN_DAY_OF_1970 = 2_440_588;
    private final PrimitiveType type;
    private final @Nullable LogicalTypeAnnotation logical;
    private final Sink sink;
    private final Consumer<String> problems;

    ParquetValue(PrimitiveType type, Sink sink, Consumer<String> problems) {
        this.type = type;
        this.logical = type.getLogicalTypeAnnotation();
        this.sink = sink;
        this.problems = problems;
    }

    private void problem(String found) {
        problems.accept("column '" + type.getName() + "' of type " + type + ": cannot take " + found);
    }

    @Override
    public void addBoolean(boolean value) {
        sink.add(value);
    }

    @Override
    public void addFloat(float value) {
        sink.addFloat(value);
    }

    @Override
    public void addDouble(double value) {
        sink.add(value);
    }

    @Override
    public void addInt(int value) {
        switch (logical) {
            case DateLogicalTypeAnnotation _ -> sink.add(Instant.EPOCH.plus(value, ChronoUnit.DAYS));
            case DecimalLogicalTypeAnnotation decimal -> addDecimal(BigDecimal.valueOf(value, decimal.getScale()));
            case IntLogicalTypeAnnotation whole when !whole.isSigned() -> sink.add(Integer.toUnsignedLong(value));
            case null, default -> sink.add((long) value);
        }
    }

    @Override
    public void addLong(long value) {
        switch (logical) {
            case TimestampLogicalTypeAnnotation timestamp -> sink.add(switch (timestamp.getUnit()) {
                case MILLIS -> Instant.ofEpochMilli(value);
                case MICROS -> instant(value, 1_000_000);
                case NANOS -> instant(value, 1_000_000_000);
            });
            case DecimalLogicalTypeAnnotation decimal -> addDecimal(BigDecimal.valueOf(value, decimal.getScale()));
            case IntLogicalTypeAnnotation whole when !whole.isSigned() && value < 0 -> problem(Long.toUnsignedString(value));
            case null, default -> sink.add(value);
        }
    }

    static Instant instant(long value, int perSecond) {
        return Instant.ofEpochSecond(Math.floorDiv(value, perSecond),
                Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
    }

    private void addDecimal(BigDecimal value) {
        if (value.scale() > 0) {
            sink.add(value.doubleValue());
        } else if (value.toBigInteger().bitLength() > 63) {
            problem(value.toString());
        } else {
            sink.add(value.longValue());
        }
    }

    @Override
    public void addBinary(Binary value) {
        switch (type.getPrimitiveTypeName()) {
            case INT96 -> addJulian(value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
            case FIXED_LEN_BYTE_ARRAY -> addFixed(value);
            default -> addText(value);
        }
    }

    /// Nanoseconds of the day, then the Julian day: the timestamps of older writers.
    private void addJulian(ByteBuffer bytes) {
        long nanos = bytes.getLong(bytes.position());
        long day = bytes.getInt(bytes.position() + 8) - JULIAN_DAY_OF_1970;
        sink.add(Instant.EPOCH.plus(day, ChronoUnit.DAYS).plusNanos(nanos));
    }

    private void addFixed(Binary value) {
        switch (logical) {
            case UUIDLogicalTypeAnnotation _ -> {
                ByteBuffer bytes = value.toByteBuffer().slice().order(ByteOrder.BIG_ENDIAN);
                sink.add(new UUID(bytes.getLong(0), bytes.getLong(8)).toString());
            }
            case Float16LogicalTypeAnnotation _ ->
                sink.addFloat(Float.float16ToFloat(value.toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN).getShort(0)));
            case DecimalLogicalTypeAnnotation decimal ->
                addDecimal(new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale()));
            case null, default -> problem(value.length() + " bytes without a meaning");
        }
    }

    private void addText(Binary value) {
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            addDecimal(new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale()));
            return;
        }
        try {
            sink.add(StandardCharsets.UTF_8.newDecoder().decode(value.toByteBuffer()).toString());
        } catch (CharacterCodingException e) {
            problem(value.length() + " bytes that are not UTF-8");
        }
    }
}
