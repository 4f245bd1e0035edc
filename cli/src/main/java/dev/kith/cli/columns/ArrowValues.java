package dev.kith.cli.columns;

import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/// The values of one Arrow vector.
///
/// @param vector of any type
/// @param dictionaries by id, for encoded vectors
record ArrowValues(ValueVector vector, Map<Long, Dictionary> dictionaries) {
    /// The value at an index, or null.
    ///
    /// @throws IllegalArgumentException if it is of a type that has no meaning here
    @Nullable
    Object at(int index) {
        Gathered one = new Gathered();
        add(index, value -> one.add(value));
        return one.isEmpty() ? null : first(one);
    }

    private static @Nullable Object first(Gathered one) {
        return ((java.util.List<?>) one.take()).getFirst();
    }

    private void add(int index, Sink sink) {
        if (vector instanceof NullVector || vector.isNull(index)) {
            sink.add(null);
            return;
        }
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null) {
            Dictionary dictionary = Objects.requireNonNull(dictionaries.get(encoding.getId()), "dictionary");
            new ArrowValues(dictionary.getVector(), dictionaries)
                    .add(Math.toIntExact(((BaseIntVector) vector).getValueAsLong(index)), sink);
            return;
        }
        switch (vector) {
            case Float4Vector floats -> sink.addFloat(floats.get(index));
            case Float8Vector doubles -> sink.add(doubles.get(index));
            case Float2Vector halves -> sink.addFloat(halves.getValueAsFloat(index));
            case UInt8Vector whole when whole.get(index) < 0 -> throw cannot(Long.toUnsignedString(whole.get(index)));
            case BaseIntVector whole -> sink.add(whole.getValueAsLong(index));
            case BitVector bits -> sink.add(bits.get(index) == 1);
            case VarCharVector text -> sink.add(text(text.get(index)));
            case LargeVarCharVector text -> sink.add(text(text.get(index)));
            case TimeStampVector times -> sink.add(instant(times.get(index)));
            case DateDayVector days -> sink.add(Instant.EPOCH.plus(days.get(index), ChronoUnit.DAYS));
            case DateMilliVector millis -> sink.add(Instant.ofEpochMilli(millis.get(index)));
            case DecimalVector decimals -> sink.add(decimal(Objects.requireNonNull(decimals.getObject(index))));
            case Decimal256Vector decimals -> sink.add(decimal(Objects.requireNonNull(decimals.getObject(index))));
            case StructVector struct -> sink.add(struct(struct, index));
            case MapVector map -> sink.add(map(map, index));
            case FixedSizeListVector list -> {
                long start = (long) index * list.getListSize();
                sink.add(list(list.getDataVector(), start, start + list.getListSize()));
            }
            case LargeListVector list ->
                sink.add(list(list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index)));
            case ListVector list ->
                sink.add(list(list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index)));
            default -> throw cannot("a value");
        }
    }

    private IllegalArgumentException cannot(String found) {
        return new IllegalArgumentException(
                "column '" + vector.getName() + "' of type " + vector.getField().getType() + ": cannot take " + found);
    }

    private String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            IllegalArgumentException refused = cannot(utf8.length + " bytes that are not UTF-8");
            refused.initCause(e);
            throw refused;
        }
    }

    private Instant instant(long value) {
        return switch (((ArrowType.Timestamp) vector.getField().getType()).getUnit()) {
            case SECOND -> Instant.ofEpochSecond(value);
            case MILLISECOND -> Instant.ofEpochMilli(value);
            case MICROSECOND -> ParquetValue.instant(value, 1_000_000);
            case NANOSECOND -> ParquetValue.instant(value, 1_000_000_000);
        };
    }

    private Object decimal(BigDecimal value) {
        if (value.scale() > 0) {
            return value.doubleValue();
        }
        if (value.toBigInteger().bitLength() > 63) {
            throw cannot(value.toString());
        }
        return value.longValue();
    }

    private Object list(FieldVector elements, long start, long end) {
        Gathered list = new Gathered();
        ArrowValues values = new ArrowValues(elements, dictionaries);
        for (long i = start; i < end; i++) {
            values.add(Math.toIntExact(i), list);
        }
        return list.take();
    }

    private Map<String, @Nullable Object> struct(StructVector struct, int index) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (FieldVector member : struct.getChildrenFromFields()) {
            Object value = new ArrowValues(member, dictionaries).at(index);
            if (value != null) {
                members.put(member.getName(), value);
            }
        }
        return members;
    }

    private Map<String, @Nullable Object> map(MapVector map, int index) {
        StructVector pairs = (StructVector) map.getDataVector();
        ArrowValues keys = new ArrowValues(pairs.getChildrenFromFields().get(0), dictionaries);
        ArrowValues values = new ArrowValues(pairs.getChildrenFromFields().get(1), dictionaries);
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (int i = map.getElementStartIndex(index); i < map.getElementEndIndex(index); i++) {
            entries.put(String.valueOf(keys.at(i)), values.at(i));
        }
        return entries;
    }
}
