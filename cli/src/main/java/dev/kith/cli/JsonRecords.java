package dev.kith.cli;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.core.VectorEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns JSON objects into records of a schema: members named like a field go to the field, all others together become the
/// payload.
final class JsonRecords {
    private final Schema schema;

    JsonRecords(Schema schema) {
        this.schema = schema;
    }

    /// The parts of a record in `object`, all but its id.
    Record.Builder builder(String id, Map<String, Object> object, String idMember) {
        Record.Builder record = Record.builder(id);
        Map<String, Object> rest = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            Field field = schema.field(name);
            switch (field) {
                case VectorField vector -> addVector(record, vector, value);
                case ScalarField scalar -> record.field(name, convert(scalar, value));
                case TextField _ -> record.field(name, value);
                case null -> {
                    if (!name.equals(idMember)) {
                        rest.put(name, value);
                    }
                }
            }
        });
        if (!rest.isEmpty()) {
            record.payload(JsonOut.object(rest));
        }
        return record;
    }

    private static void addVector(Record.Builder record, VectorField field, Object value) {
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException("field '" + field.name() + "' takes an array of numbers, found " + value);
        }
        float[] components = new float[list.size()];
        for (int i = 0; i < components.length; i++) {
            if (!(list.get(i) instanceof Number number)) {
                throw new IllegalArgumentException(
                        "field '" + field.name() + "' takes numbers, found " + list.get(i) + " at component " + i);
            }
            components[i] = number.floatValue();
        }
        set(record, field, components);
    }

    /// Sets a vector in the encoding of its field.
    static void set(Record.Builder record, VectorField field, float[] components) {
        if (field.encoding() == VectorEncoding.FLOAT32) {
            record.vector(field.name(), components);
            return;
        }
        byte[] bytes = new byte[components.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) components[i];
            if (bytes[i] != components[i]) {
                throw new IllegalArgumentException("field '" + field.name() + "' takes whole numbers in [-128, 127], found "
                        + components[i] + " at component " + i);
            }
        }
        record.vector(field.name(), bytes);
    }

    private static Object convert(ScalarField field, Object value) {
        if (value instanceof List<?> list) {
            List<Object> converted = new ArrayList<>();
            list.forEach(element -> converted.add(single(field, element)));
            return converted;
        }
        return single(field, value);
    }

    private static Object single(ScalarField field, Object value) {
        return field.type() == FieldType.INSTANT && value instanceof String text
                ? Values.parse(field.name(), FieldType.INSTANT, text)
                : value;
    }
}
