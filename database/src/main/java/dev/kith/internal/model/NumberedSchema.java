package dev.kith.internal.model;

import dev.kith.Expiry;
import dev.kith.Field;
import dev.kith.InvalidSchemaException;
import dev.kith.MultiVectorField;
import dev.kith.Schema;
import dev.kith.SparseVectorField;
import dev.kith.VectorField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A schema whose fields carry the numbers they have on disk. A number is given once and never again, so that a field can be
/// dropped and another of the same name made without meeting the old one's data.
public final class NumberedSchema {
    private final Schema schema;
    private final List<NumberedField> fields;
    private final int nextNumber;
    private final List<NumberedField> wideFields;
    private final Map<String, NumberedField> byName = new HashMap<>();
    private final Map<Integer, NumberedField> byNumber = new HashMap<>();

    /// One field and its number.
    ///
    /// @param number from 0, unique for ever in the collection
    public record NumberedField(int number, Field field) {}

    /// @param fields in the order of the schema
    /// @param nextNumber the first number never given
    public NumberedSchema(List<NumberedField> fields, int nextNumber) {
        this(fields, nextNumber, false, null);
    }

    /// @param fields in the order of the schema
    /// @param nextNumber the first number never given
    /// @param dynamic whether records bring fields of their own
    /// @param expiry after which field's instant records end, or null
    public NumberedSchema(List<NumberedField> fields, int nextNumber, boolean dynamic, @Nullable Expiry expiry) {
        Schema.Builder builder = Schema.builder();
        if (dynamic) {
            builder.dynamic();
        }
        if (expiry != null) {
            builder.expireAfter(expiry.field(), expiry.after());
        }
        for (NumberedField numbered : fields) {
            if (numbered.number() < 0 || numbered.number() >= nextNumber
                    || byNumber.put(numbered.number(), numbered) != null) {
                throw new IllegalArgumentException("field number " + numbered.number() + " is out of range or used twice");
            }
            byName.put(numbered.field().name(), numbered);
            builder.add(numbered.field());
        }
        this.schema = builder.build();
        this.fields = List.copyOf(fields);
        this.nextNumber = nextNumber;
        this.wideFields = fields.stream()
                .filter(f -> f.field() instanceof SparseVectorField || f.field() instanceof MultiVectorField).toList();
    }

    /// Numbers the fields of a new collection from 0.
    public static NumberedSchema first(Schema schema) {
        List<Field> all = schema.fields();
        List<NumberedField> numbered = new java.util.ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            numbered.add(new NumberedField(i, all.get(i)));
        }
        return new NumberedSchema(numbered, all.size(), schema.dynamic(), schema.expiry());
    }

    /// This schema and more fields, which get the next numbers.
    ///
    /// @throws dev.kith.InvalidSchemaException if a name is taken
    public NumberedSchema with(List<Field> more) {
        List<NumberedField> all = new java.util.ArrayList<>(fields);
        int number = nextNumber;
        for (Field field : more) {
            all.add(new NumberedField(number++, field));
        }
        return new NumberedSchema(all, number, schema.dynamic(), schema.expiry());
    }

    /// This schema with the embedding model of a vector field recorded.
    ///
    /// @throws InvalidSchemaException if there is no such vector field, or another model is recorded for it
    public NumberedSchema withModel(String vectorField, String model) {
        NumberedField before = byName.get(vectorField);
        if (before == null || !(before.field() instanceof VectorField field)) {
            throw new InvalidSchemaException(vectorField, "a vector field",
                    before == null ? "an unknown field" : before.field().describe());
        }
        if (field.model() != null && !field.model().equals(model)) {
            throw new InvalidSchemaException(vectorField, "the model '" + field.model() + "' that is recorded",
                    "'" + model + "'");
        }
        List<NumberedField> all = fields.stream()
                .map(f -> f == before
                        ? new NumberedField(f.number(), field.withModel(Objects.requireNonNull(model, "model")))
                        : f)
                .toList();
        return new NumberedSchema(all, nextNumber, schema.dynamic(), schema.expiry());
    }

    /// The schema without numbers.
    public Schema schema() {
        return schema;
    }

    /// All fields in the order of the schema.
    public List<NumberedField> fields() {
        return fields;
    }

    /// The first number never given.
    public int nextNumber() {
        return nextNumber;
    }

    /// The field of that name; it must exist.
    public NumberedField named(String name) {
        NumberedField field = byName.get(name);
        if (field == null) {
            throw new IllegalStateException("the schema has no field " + name);
        }
        return field;
    }

    /// The field of that number, or null.
    public @Nullable NumberedField numbered(int number) {
        return byNumber.get(number);
    }

    /// The sparse and multi-vector fields in the order of the schema.
    public List<NumberedField> wideFields() {
        return wideFields;
    }

    /// The vector fields in the order of the schema.
    public List<NumberedField> vectorFields() {
        return fields.stream().filter(f -> f.field() instanceof VectorField).toList();
    }
}
