package dev.kith.internal.format;

import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.MultiVectorField;
import dev.kith.InvalidInputException;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.VectorEncoding;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.GeoMath;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The bytes of records, as `docs/format/record.md` tells. Two forms: the *whole record* of the log, and the *source*, the
/// part of it that a segment stores beside its vectors and ids: metadata, text and payload.
public final class RecordCodec {
    /// The version this writes; it reads all up to it.
    public static final int VERSION = 1;

    private static final int STRING = 1;
    private static final int INT32 = 2;
    private static final int INT64 = 3;
    private static final int FLOAT32 = 4;
    private static final int FLOAT64 = 5;
    private static final int BOOLEAN = 6;
    private static final int INSTANT = 7;
    private static final int GEO_POINT = 8;
    private static final int UUID_BITS = 9;
    private static final int NULL = 0;
    private static final int LIST = 0x40;
    private static final int HAS_PAYLOAD = 1;
    private static final int HAS_END = 2;

    private final NumberedSchema schema;

    /// @param schema what the records fit
    public RecordCodec(NumberedSchema schema) {
        this.schema = schema;
    }

    /// What the records fit.
    public NumberedSchema schema() {
        return schema;
    }

    /// The source of a record that fits the schema: all but its id and its vectors of every kind.
    public byte[] source(Record record) {
        Encoder out = new Encoder(64 + (record.payload() == null ? 0 : record.payload().length()));
        List<Map.Entry<String, Object>> values = record.fields().entrySet().stream()
                .filter(entry -> !WideCodec.isWide(entry.getValue())).toList();
        out.u8(VERSION).count(values.size() + record.nulls().size());
        for (Map.Entry<String, Object> entry : values) {
            NumberedField field = schema.named(entry.getKey());
            out.count(field.number());
            writeField(out, field, entry.getValue());
        }
        for (String name : record.nulls()) {
            out.count(schema.named(name).number()).u8(NULL);
        }
        Instant end = record.expiresAt();
        out.u8((record.payload() == null ? 0 : HAS_PAYLOAD) | (end == null ? 0 : HAS_END));
        if (record.payload() != null) {
            out.string(record.payload());
        }
        if (end != null) {
            out.int64(FieldValues.nanos(end));
        }
        return out.toBytes();
    }

    /// Reads the projected part of a source into a record.
    public void readSource(ByteBuffer source, Projection projection, Record.Builder into) throws MalformedBytesException {
        Decoder in = new Decoder(source);
        version(in);
        int fields = in.count(2);
        for (int i = 0; i < fields; i++) {
            NumberedField field = field(in);
            @Nullable Object value = readField(in, field);
            if (projection.fields() == null || projection.fields().contains(field.field().name())) {
                into.field(field.field().name(), value);
            }
        }
        int parts = in.u8();
        if (parts > (HAS_PAYLOAD | HAS_END)) {
            throw in.malformed("0 to 3", parts);
        }
        if ((parts & HAS_PAYLOAD) != 0) {
            if (projection.payload()) {
                into.payload(in.string());
            } else {
                in.slice(in.count(1));
            }
        }
        if ((parts & HAS_END) != 0) {
            into.expiresAt(FieldValues.instant(in.int64()));
        }
        in.end();
    }

    /// Writes a whole record: id, vectors, source.
    void writeRecord(Encoder out, Record record, byte[] source) {
        out.string(record.id()).count(record.vectors().size());
        for (Map.Entry<String, VectorValue> entry : record.vectors().entrySet()) {
            out.count(schema.named(entry.getKey()).number());
            switch (entry.getValue()) {
                case VectorValue.Floats floats -> out.floats(floats.toFloats(), encoding(entry.getKey()));
                case VectorValue.Bytes bytes -> out.raw(bytes.toBytes());
            }
        }
        List<Map.Entry<String, Object>> wide = record.fields().entrySet().stream()
                .filter(entry -> WideCodec.isWide(entry.getValue())).toList();
        out.count(wide.size());
        for (Map.Entry<String, Object> entry : wide) {
            byte[] bytes = WideCodec.encode(entry.getValue());
            out.count(schema.named(entry.getKey()).number()).count(bytes.length).raw(bytes);
        }
        out.count(source.length).raw(source);
    }

    /// Reads a whole record.
    Record readRecord(Decoder in) throws MalformedBytesException {
        long start = in.position();
        try {
            return readParts(in);
        } catch (InvalidInputException e) { // no caller's mistake, as it would be at the face
            MalformedBytesException malformed = new MalformedBytesException(start, "a possible record",
                    String.valueOf(e.getMessage()));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private Record readParts(Decoder in) throws MalformedBytesException {
        Record.Builder record = Record.builder(in.string());
        int vectors = in.count(2);
        for (int i = 0; i < vectors; i++) {
            NumberedField field = field(in);
            if (!(field.field() instanceof VectorField vector)) {
                throw in.malformed("the number of a vector field", field.number());
            }
            record.vector(vector.name(), vector.encoding().floats()
                    ? VectorValue.of(finite(in, vector))
                    : VectorValue.of(in.raw(vector.dimension())));
        }
        int wide = in.count(2);
        for (int i = 0; i < wide; i++) {
            NumberedField field = field(in);
            record.field(field.field().name(), WideCodec.decode(field.field(), in.slice(in.count(1))));
        }
        readSource(in.slice(in.count(1)), Projection.EVERYTHING, record);
        return record.build();
    }

    private VectorEncoding encoding(String name) {
        return ((VectorField) schema.named(name).field()).encoding();
    }

    private static float[] finite(Decoder in, VectorField field) throws MalformedBytesException {
        long at = in.position();
        float[] components = in.floats(field.dimension(), field.encoding());
        for (int i = 0; i < components.length; i++) {
            if (!Float.isFinite(components[i])) {
                throw new MalformedBytesException(at + (long) field.encoding().bytes() * i,
                        "a finite component of " + field.name(),
                        Float.toString(components[i]));
            }
        }
        return components;
    }

    private static void version(Decoder in) throws MalformedBytesException {
        int version = in.u8();
        if (version != VERSION) {
            throw in.malformed("record version " + VERSION, version);
        }
    }

    private NumberedField field(Decoder in) throws MalformedBytesException {
        NumberedField field = schema.numbered(in.number(schema.nextNumber(), "a field number"));
        if (field == null) {
            throw in.malformed("the number of a field of the schema", in.position());
        }
        return field;
    }

    static void writeField(Encoder out, NumberedField numbered, Object value) {
        switch (numbered.field()) {
            case TextField _ -> out.u8(STRING).string((String) value);
            case ScalarField field when field.list() -> {
                List<?> values = (List<?>) value;
                out.u8(LIST | tag(field.type())).count(values.size());
                values.forEach(v -> writeValue(out, field.type(), v));
            }
            case ScalarField field -> {
                out.u8(tag(field.type()));
                writeValue(out, field.type(), value);
            }
            case VectorField field -> throw new IllegalStateException("a vector among the values: " + field.name());
            case SparseVectorField field -> throw new IllegalStateException("a vector among the values: " + field.name());
            case MultiVectorField field -> throw new IllegalStateException("a vector among the values: " + field.name());
        }
    }

    /// The value, or null if it is null on purpose.
    static @Nullable Object readField(Decoder in, NumberedField numbered) throws MalformedBytesException {
        int expected = switch (numbered.field()) {
            case TextField _ -> STRING;
            case ScalarField field -> tag(field.type()) | (field.list() ? LIST : 0);
            case VectorField _,SparseVectorField _,MultiVectorField _ -> -1;
        };
        int tag = in.u8();
        if (tag == NULL && expected != -1) {
            return null;
        }
        if (tag != expected) {
            throw in.malformed("tag " + expected + " for " + numbered.field().describe(), tag);
        }
        if (!(numbered.field() instanceof ScalarField field)) {
            return in.string();
        }
        if (!field.list()) {
            return readValue(in, field.type());
        }
        int count = in.count(1);
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(readValue(in, field.type()));
        }
        return values;
    }

    private static int tag(FieldType type) {
        return switch (type) {
            case KEYWORD -> STRING;
            case INTEGER -> INT32;
            case LONG -> INT64;
            case FLOAT -> FLOAT32;
            case DOUBLE -> FLOAT64;
            case BOOLEAN -> BOOLEAN;
            case INSTANT -> INSTANT;
            case GEO_POINT -> GEO_POINT;
            case UUID -> UUID_BITS;
        };
    }

    private static void writeValue(Encoder out, FieldType type, Object value) {
        switch (type) {
            case KEYWORD -> out.string((String) value);
            case INTEGER -> out.int32((Integer) value);
            case LONG -> out.int64((Long) value);
            case FLOAT -> out.int32(Float.floatToIntBits((Float) value));
            case DOUBLE -> out.int64(Double.doubleToLongBits((Double) value));
            case BOOLEAN -> out.u8((Boolean) value ? 1 : 0);
            case INSTANT -> out.int64(FieldValues.nanos((Instant) value));
            case GEO_POINT -> {
                GeoPoint point = (GeoPoint) value;
                out.int32(GeoMath.latitudeSteps(point)).int32(GeoMath.longitudeSteps(point));
            }
            case UUID -> {
                UUID uuid = (UUID) value;
                out.int64(uuid.getMostSignificantBits()).int64(uuid.getLeastSignificantBits());
            }
        }
    }

    private static Object readValue(Decoder in, FieldType type) throws MalformedBytesException {
        return switch (type) {
            case KEYWORD -> in.string();
            case INTEGER -> in.int32();
            case LONG -> in.int64();
            case FLOAT -> in.float32();
            case DOUBLE -> in.float64();
            case BOOLEAN -> {
                int value = in.u8();
                if (value > 1) {
                    throw in.malformed("0 or 1", value);
                }
                yield value == 1;
            }
            case INSTANT -> FieldValues.instant(in.int64());
            case GEO_POINT -> GeoMath.point(in.int32(), in.int32());
            case UUID -> new UUID(in.int64(), in.int64());
        };
    }
}
