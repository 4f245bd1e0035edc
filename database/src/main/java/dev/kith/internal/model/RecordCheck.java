package dev.kith.internal.model;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.InvalidRecordException;
import dev.kith.InvalidSchemaException;
import dev.kith.Limits;
import dev.kith.MultiVector;
import dev.kith.MultiVectorField;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVector;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes records fit a schema, or says why they do not.
public final class RecordCheck {
    private RecordCheck() {}

    /// The record with each value in the type of its field, and the default value of each field it lacks.
    ///
    /// @throws InvalidRecordException naming record, field, expected and found
    public static Record fit(Schema schema, Record record) {
        Record.@Nullable Builder complete = null;
        for (Field field : schema.fields()) {
            boolean absent = record.field(field.name()) == null && !record.nulls().contains(field.name());
            if (absent && field instanceof ScalarField scalar && scalar.defaultValue() != null) {
                complete = complete == null ? record.toBuilder() : complete;
                complete.field(field.name(), scalar.defaultValue()); // converted when the schema was taken in
            }
        }
        return fitAsIs(schema, complete == null ? record : complete.build());
    }

    /// The record with each value in the type of its field; what it lacks it goes on to lack.
    ///
    /// @throws InvalidRecordException naming record, field, expected and found
    public static Record fitAsIs(Schema schema, Record record) {
        checkId(record.id());
        Record.Builder fitted = Record.builder(record.id());
        for (VectorField field : schema.vectorFields()) {
            VectorValue vector = record.vectors().get(field.name());
            if (vector != null) {
                Refusal refusal = (e, f) -> new InvalidRecordException(record.id(), field.name(), e, f);
                checkVector(field, vector, refusal);
                fitted.vector(field.name(), rounded(field, unnamed(vector), refusal));
            } else if (!field.optional()) {
                throw new InvalidRecordException(record.id(), field.name(), field.describe(), "nothing");
            }
        }
        for (String name : record.vectors().keySet()) {
            if (!(schema.field(name) instanceof VectorField)) {
                throw unknown(schema, record.id(), name, "a vector");
            }
        }
        for (Map.Entry<String, Object> entry : record.fields().entrySet()) {
            fitted.field(entry.getKey(), value(schema, record.id(), entry.getKey(), entry.getValue()));
        }
        for (String name : record.nulls()) {
            checkNull(schema, record.id(), name);
            fitted.field(name, null);
        }
        Instant end = record.expiresAt();
        if (end != null) {
            FieldValues.nanos(end, (e, f) -> new InvalidRecordException(record.id(), "expiresAt", e, f));
            fitted.expiresAt(end);
        }
        String payload = record.payload();
        if (payload != null) {
            Payloads.check(payload, (e, f) -> new InvalidRecordException(record.id(), "payload", e, f));
            fitted.payload(payload);
        }
        return fitted.build();
    }

    /// What is kept of a vector: its model is the field's.
    private static VectorValue unnamed(VectorValue vector) {
        if (vector.model() == null) {
            return vector;
        }
        return switch (vector) {
            case VectorValue.Floats floats -> VectorValue.of(floats.toFloats());
            case VectorValue.Bytes bytes -> VectorValue.of(bytes.toBytes());
        };
    }

    /// The vector as it is kept: where that is in two bytes a component, the nearest such numbers, so that log, recent writes, segments and
    /// answers hold the same.
    private static VectorValue rounded(VectorField field, VectorValue vector, Refusal refusal) {
        VectorEncoding encoding = field.encoding();
        if (encoding != VectorEncoding.BFLOAT16 && encoding != VectorEncoding.FLOAT16) {
            return vector;
        }
        float[] components = vector.toFloats();
        for (int i = 0; i < components.length; i++) {
            float nearest = VectorBytes.nearest(encoding, components[i]);
            if (!Float.isFinite(nearest)) {
                throw refusal.of("components of at most " + (int) VectorEncoding.MAX_FLOAT16 + ", as they are kept as float16",
                        components[i] + " at index " + i);
            }
            components[i] = nearest;
        }
        checkLength(field.metric(), components, (e, f) -> refusal.of(e, f + " once kept as " + encoding));
        return VectorValue.of(components);
    }

    /// Checks the length and the form of an id.
    public static void checkId(String id) {
        if (id.isEmpty()) {
            throw new InvalidRecordException("id", "1 to " + Limits.MAX_ID_BYTES + " bytes of UTF-8", "an empty string");
        }
        Utf8.check(id, Limits.MAX_ID_BYTES, (e, f) -> new InvalidRecordException("id", e, f));
    }

    /// Checks dimension, encoding and components of a vector.
    public static void checkVector(VectorField field, VectorValue vector, Refusal refusal) {
        boolean right = switch (vector) {
            case VectorValue.Floats _ -> field.encoding().floats();
            case VectorValue.Bytes _ -> field.encoding() == VectorEncoding.INT8;
        };
        if (!right || vector.dimension() != field.dimension()) {
            throw refusal.of(field.describe(), (vector instanceof VectorValue.Floats ? "float32" : "int8")
                    + " vector of dimension " + vector.dimension());
        }
        checkComponents(field, vector, refusal);
    }

    /// Checks that the vector is not of another model than the field, that its components are finite, and that it has a direction
    /// where the metric is cosine.
    public static void checkComponents(VectorField field, VectorValue vector, Refusal refusal) {
        if (vector.model() != null && !vector.model().equals(field.model())) {
            throw refusal.of(
                    field.model() == null
                            ? "a vector that names no model, as none is recorded for the field (Collection.recordModel)"
                            : "a vector of the model '" + field.model() + "'",
                    "a vector of the model '" + vector.model() + "'");
        }
        float[] components = vector.toFloats();
        for (int i = 0; i < components.length; i++) {
            if (!Float.isFinite(components[i])) {
                throw refusal.of("finite components", components[i] + " at index " + i);
            }
        }
        checkLength(field.metric(), components, refusal);
    }

    private static void checkLength(Metric metric, float[] components, Refusal refusal) {
        double squares = 0;
        for (float component : components) {
            squares += (double) component * component;
        }
        if (metric != Metric.COSINE) {
            if (!Float.isFinite((float) (4 * squares))) {
                throw refusal.of("components whose squares sum to a float32", "a sum of " + squares);
            }
        } else if (!(squares >= Float.MIN_NORMAL) || !(4 * squares <= Float.MAX_VALUE)) {
            throw refusal.of("a vector with a direction, as the metric is COSINE",
                    squares == 0 ? "a zero vector" : "a vector whose length " + Math.sqrt(squares) + " is out of range");
        }
    }

    private static Object value(Schema schema, String id, String name, Object value) {
        Refusal refusal = (e, f) -> new InvalidRecordException(id, name, e, f);
        Field field = schema.field(name);
        return switch (field) {
            case null -> throw unknown(schema, id, name, "a value");
            case VectorField v -> throw refusal.of(v.describe(), "a metadata value");
            case TextField _ -> text(value, refusal);
            case SparseVectorField s -> sparse(s, value, refusal);
            case MultiVectorField m -> multi(m, value, refusal);
            case ScalarField s when s.list() -> list(s.type(), value, refusal);
            case ScalarField s -> FieldValues.convert(s.type(), value, refusal);
        };
    }

    private static void checkNull(Schema schema, String id, String name) {
        switch (schema.field(name)) {
            case null -> throw unknown(schema, id, name, "null");
            case VectorField v -> throw new InvalidRecordException(id, name, v.describe(), "null");
            case SparseVectorField s -> throw new InvalidRecordException(id, name, s.describe(), "null");
            case MultiVectorField m -> throw new InvalidRecordException(id, name, m.describe(), "null");
            case TextField _,ScalarField _ -> {
            }
        }
    }

    /// The schema with its default values in the types of their fields.
    ///
    /// @throws InvalidSchemaException if one does not fit
    public static Schema fitDefaults(Schema schema) {
        Schema.Builder fitted = Schema.builder();
        if (schema.dynamic()) {
            fitted.dynamic();
        }
        if (schema.expiry() != null) {
            fitted.expireAfter(schema.expiry().field(), schema.expiry().after());
        }
        for (Field field : schema.fields()) {
            fitted.add(field instanceof ScalarField scalar && scalar.defaultValue() != null ? fitDefault(scalar) : field);
        }
        return fitted.build();
    }

    /// Fields to be added to a schema whose records lack them, with their default values in the types of their fields.
    ///
    /// @throws InvalidSchemaException if a default value does not fit, or a vector is not optional
    public static List<Field> fitAdded(List<Field> fields) {
        List<Field> fitted = new ArrayList<>();
        for (Field field : fields) {
            if (field instanceof VectorField vector && !vector.optional()) {
                throw new InvalidSchemaException(field.name(), "an optional vector field, as there may be records without it",
                        "a required one");
            }
            fitted.add(field instanceof ScalarField scalar && scalar.defaultValue() != null ? fitDefault(scalar) : field);
        }
        return fitted;
    }

    private static Field fitDefault(ScalarField field) {
        Refusal refusal = (e, f) -> new InvalidSchemaException(field.name(), "a default value that is " + e, f);
        Object value = Objects.requireNonNull(field.defaultValue());
        return field.withDefault(field.list()
                ? list(field.type(), value, refusal)
                : FieldValues.convert(field.type(), value, refusal));
    }

    private static SparseVector sparse(SparseVectorField field, Object value, Refusal refusal) {
        if (!(value instanceof SparseVector vector)) {
            throw refusal.of(field.describe(), value.getClass().getSimpleName());
        }
        if (vector.size() > Limits.MAX_SPARSE_COMPONENTS) {
            throw refusal.of("at most " + Limits.MAX_SPARSE_COMPONENTS + " components", vector.size() + " components");
        }
        return vector;
    }

    private static MultiVector multi(MultiVectorField field, Object value, Refusal refusal) {
        if (!(value instanceof MultiVector vectors) || vectors.dimension() != field.dimension()) {
            throw refusal.of(field.describe(), value instanceof MultiVector other
                    ? "a multi-vector of dimension " + other.dimension()
                    : value.getClass().getSimpleName());
        }
        long components = (long) vectors.count() * vectors.dimension();
        if (vectors.count() > Limits.MAX_MULTI_VECTORS || components > Limits.MAX_MULTI_COMPONENTS) {
            throw refusal.of("at most " + Limits.MAX_MULTI_VECTORS + " vectors and " + Limits.MAX_MULTI_COMPONENTS
                    + " components", vectors.count() + " vectors, " + components + " components");
        }
        for (int i = 0; i < vectors.count(); i++) {
            checkLength(field.metric(), vectors.vector(i), refusal);
        }
        return vectors;
    }

    private static String text(Object value, Refusal refusal) {
        if (!(value instanceof String text)) {
            throw refusal.of("text", value.getClass().getSimpleName());
        }
        Utf8.check(text, Limits.MAX_TEXT_BYTES, refusal);
        return text;
    }

    private static List<Object> list(FieldType type, Object value, Refusal refusal) {
        if (!(value instanceof List<?> values)) {
            throw refusal.of("list of " + type.displayName(), value.getClass().getSimpleName());
        }
        if (values.size() > Limits.MAX_LIST_VALUES) {
            throw refusal.of("at most " + Limits.MAX_LIST_VALUES + " values", values.size() + " values");
        }
        List<Object> converted = new ArrayList<>(values.size());
        for (Object v : values) {
            converted.add(FieldValues.convert(type, v, refusal));
        }
        return converted;
    }

    private static InvalidRecordException unknown(Schema schema, String id, String name, String found) {
        String nearest = schema.nearestName(name);
        return new InvalidRecordException(id, name,
                "a field of the schema" + (nearest == null ? "" : ", such as '" + nearest + "'"),
                found + " for an unknown field");
    }
}
