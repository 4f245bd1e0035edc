package dev.kith.cli;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.MultiVector;
import dev.kith.MultiVectorField;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVector;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns JSON objects into records of a schema: members named like a field go to the field, all others together become the
/// payload.
final class JsonRecords {
    private final Schema schema;

    JsonRecords(Schema schema) {
        this.schema = schema;
    }

    /// The parts of a record in `object`, all but its id. A nested object goes to the fields that are declared under its path
    /// (`author.name`), member by member; what no field takes becomes the payload, unless fields need no declaration.
    Record.Builder builder(String id, Map<String, @Nullable Object> object, String idMember) {
        Record.Builder record = Record.builder(id);
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(object);
        rest.remove(idMember);
        take(record, "", rest);
        if (!rest.isEmpty()) {
            record.payload(JsonOut.object(rest));
        }
        return record;
    }

    /// Moves the members that are fields from `members` to the record.
    private void take(Record.Builder record, String path, Map<String, @Nullable Object> members) {
        for (String name : List.copyOf(members.keySet())) {
            Object value = members.get(name);
            if (set(record, path + name, value)) {
                members.remove(name);
            } else if (value instanceof Map<?, ?> nested && declaredUnder(path + name)) {
                Map<String, @Nullable Object> inner = new LinkedHashMap<>();
                nested.forEach((k, v) -> inner.put((String) k, v));
                take(record, path + name + ".", inner);
                if (inner.isEmpty()) {
                    members.remove(name);
                } else {
                    members.put(name, inner);
                }
            }
        }
    }

    private boolean declaredUnder(String path) {
        return schema.fields().stream().anyMatch(field -> field.name().startsWith(path + "."));
    }

    /// Sets a field; false if there is none of that name.
    private boolean set(Record.Builder record, String name, @Nullable Object value) {
        Field field = schema.field(name);
        switch (field) {
            case VectorField vector when value != null -> addVector(record, vector, value);
            case SparseVectorField sparse when value != null -> record.field(name, sparse(sparse, value));
            case MultiVectorField multi when value != null -> record.field(name, multi(multi, value));
            case VectorField _,SparseVectorField _,MultiVectorField _ -> {
                // null: the record lacks it
            }
            case ScalarField scalar -> record.field(name, value == null ? null : convert(scalar, value));
            case TextField _ -> record.field(name, value);
            case null -> {
                if (!schema.dynamic() || value == null || value instanceof Map<?, ?>) {
                    return false;
                }
                record.field(name, value);
            }
        }
        return true;
    }

    private static void addVector(Record.Builder record, VectorField field, Object value) {
        set(record, field, components(field.name(), value));
    }

    private static float[] components(String field, Object value) {
        if (value instanceof float[] floats) {
            return floats;
        }
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException("field '" + field + "' takes an array of numbers, found " + value);
        }
        float[] components = new float[list.size()];
        for (int i = 0; i < components.length; i++) {
            if (!(list.get(i) instanceof Number number)) {
                throw new IllegalArgumentException("field '" + field + "' takes numbers, found " + list.get(i) + " at component "
                        + i);
            }
            components[i] = number.floatValue();
        }
        return components;
    }

    /// `{"17": 0.5, "42": 1.25}`.
    private static SparseVector sparse(SparseVectorField field, Object value) {
        Map<Integer, Float> weights = new LinkedHashMap<>();
        try {
            ((Map<?, ?>) value).forEach((k, v) -> weights.put(Integer.valueOf((String) k), ((Number) v).floatValue()));
        } catch (ClassCastException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "field '" + field.name() + "' takes an object from index to weight, found " + value, e);
        }
        return SparseVector.of(weights);
    }

    /// `[[1, 2], [3, 4]]`.
    private static MultiVector multi(MultiVectorField field, Object value) {
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException("field '" + field.name() + "' takes an array of vectors, found " + value);
        }
        List<float[]> vectors = new ArrayList<>();
        list.forEach(vector -> vectors.add(components(field.name(), vector)));
        return MultiVector.of(vectors);
    }

    /// Sets a vector in the encoding of its field.
    static void set(Record.Builder record, VectorField field, float[] components) {
        if (field.encoding().floats()) {
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
        if (value instanceof float[] floats) {
            List<Object> boxed = new ArrayList<>(floats.length);
            for (float element : floats) {
                boxed.add(element);
            }
            return convert(field, boxed);
        }
        boolean pair = field.type() == FieldType.GEO_POINT && value instanceof List<?> list && list.size() == 2
                && list.getFirst() instanceof Number;
        if (value instanceof List<?> list && !pair) {
            List<Object> converted = new ArrayList<>();
            list.forEach(element -> converted.add(single(field, element)));
            return converted;
        }
        return single(field, value);
    }

    /// Geo points are `[latitude, longitude]` or `{"lat": 52.5, "lon": 13.4}`; all else is told by [FieldType].
    private static Object single(ScalarField field, Object value) {
        if (field.type() != FieldType.GEO_POINT) {
            return value;
        }
        return switch (value) {
            case List<?> pair when pair.size() == 2 -> point(field, pair.get(0), pair.get(1));
            case Map<?, ?> map when map.size() == 2 -> point(field, map.get("lat"), map.get("lon"));
            case null, default -> throw notAPoint(field, value);
        };
    }

    private static GeoPoint point(ScalarField field, @Nullable Object latitude, @Nullable Object longitude) {
        if (latitude instanceof Number lat && longitude instanceof Number lon) {
            return new GeoPoint(lat.doubleValue(), lon.doubleValue());
        }
        throw notAPoint(field, latitude + ", " + longitude);
    }

    private static IllegalArgumentException notAPoint(ScalarField field, @Nullable Object found) {
        return new IllegalArgumentException("field '" + field.name() + "' takes [LATITUDE, LONGITUDE] or"
                + " {\"lat\": LATITUDE, \"lon\": LONGITUDE}, found " + found);
    }
}
