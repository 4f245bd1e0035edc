package dev.kith;

import dev.kith.core.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the records of a collection are made of: one or more dense vectors, metadata, text. Every record also has a string id
/// and may have a JSON payload, which need no declaration. Immutable.
///
/// {@snippet :
/// Schema schema = Schema.builder()
///         .vector("embedding", 384, Metric.COSINE)
///         .keyword("pos")
///         .keywordList("tags")
///         .instant("created")
///         .text("body")
///         .build();
/// }
public final class Schema {
    private final Map<String, Field> fields;
    private final boolean dynamic;
    private final @Nullable Expiry expiry;

    private Schema(Builder builder) {
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(builder.fields));
        this.dynamic = builder.dynamic;
        this.expiry = builder.expiry;
    }

    /// Whether a field that is not declared is added when a record first holds it; see [Builder#dynamic()].
    public boolean dynamic() {
        return dynamic;
    }

    /// After which field's instant records end, or null.
    public @Nullable Expiry expiry() {
        return expiry;
    }

    /// Starts a schema that has all that this one has.
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.fields.putAll(fields);
        builder.dynamic = dynamic;
        builder.expiry = expiry;
        return builder;
    }

    /// Starts an empty schema.
    public static Builder builder() {
        return new Builder();
    }

    /// All fields in the order of their declaration.
    public List<Field> fields() {
        return List.copyOf(fields.values());
    }

    /// The vector fields in the order of their declaration; at least one.
    public List<VectorField> vectorFields() {
        return fields.values().stream().filter(VectorField.class::isInstance).map(VectorField.class::cast).toList();
    }

    /// The field of that name, or null.
    public @Nullable Field field(String name) {
        return fields.get(name);
    }

    /// The declared name most like `name`, or null if none is near: for messages.
    public @Nullable String nearestName(String name) {
        return Spelling.nearest(name, fields.keySet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schema s && new ArrayList<>(fields.values()).equals(new ArrayList<>(s.fields.values()))
                && dynamic == s.dynamic && Objects.equals(expiry, s.expiry);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return "Schema" + fields.values() + (dynamic ? ", dynamic" : "") + (expiry == null ? "" : ", " + expiry);
    }

    /// Collects fields. Not thread-safe.
    public static final class Builder {
        private final Map<String, Field> fields = new LinkedHashMap<>();
        private boolean dynamic;
        private @Nullable Expiry expiry;

        private Builder() {}

        /// Lets records bring fields that are not declared: the first value decides the type (`String` a keyword, whole numbers
        /// long integers, `float` and `double` float64, and so on; lists likewise), and the field is added to the schema for
        /// good, as [Collection#addFields] does. Texts and vectors are always declared.
        public Builder dynamic() {
            this.dynamic = true;
            return this;
        }

        /// Ends each record a while after the instant it holds in that field, which must be declared.
        public Builder expireAfter(String instantField, Duration after) {
            this.expiry = new Expiry(instantField, after);
            return this;
        }

        /// Adds a required float32 vector field with the default index.
        public Builder vector(String name, int dimension, Metric metric) {
            return add(VectorField.of(name, dimension, metric));
        }

        /// Adds a keyword field.
        public Builder keyword(String name) {
            return add(new ScalarField(name, FieldType.KEYWORD, false));
        }

        /// Adds a 32-bit integer field.
        public Builder integer(String name) {
            return add(new ScalarField(name, FieldType.INTEGER, false));
        }

        /// Adds a 64-bit integer field.
        public Builder longInteger(String name) {
            return add(new ScalarField(name, FieldType.LONG, false));
        }

        /// Adds a single-precision field.
        public Builder float32(String name) {
            return add(new ScalarField(name, FieldType.FLOAT, false));
        }

        /// Adds a double-precision field.
        public Builder float64(String name) {
            return add(new ScalarField(name, FieldType.DOUBLE, false));
        }

        /// Adds a boolean field.
        public Builder bool(String name) {
            return add(new ScalarField(name, FieldType.BOOLEAN, false));
        }

        /// Adds a field that holds a point in time.
        public Builder instant(String name) {
            return add(new ScalarField(name, FieldType.INSTANT, false));
        }

        /// Adds a field that holds a place on the earth.
        public Builder geoPoint(String name) {
            return add(new ScalarField(name, FieldType.GEO_POINT, false));
        }

        /// Adds a field that holds a universally unique identifier.
        public Builder uuid(String name) {
            return add(new ScalarField(name, FieldType.UUID, false));
        }

        /// Adds a sparse vector field.
        public Builder sparseVector(String name) {
            return add(new SparseVectorField(name));
        }

        /// Adds a field that holds several vectors for one record.
        public Builder multiVector(String name, int dimension, Metric metric) {
            return add(new MultiVectorField(name, dimension, metric));
        }

        /// Adds a field that holds a list of keywords.
        public Builder keywordList(String name) {
            return list(name, FieldType.KEYWORD);
        }

        /// Adds a field that holds a list of values of any type.
        public Builder list(String name, FieldType type) {
            return add(new ScalarField(name, type, true));
        }

        /// Adds a text field with [TextAnalysis#STANDARD].
        public Builder text(String name) {
            return text(name, TextAnalysis.STANDARD);
        }

        /// Adds a text field.
        public Builder text(String name, TextAnalysis analysis) {
            return add(new TextField(name, analysis));
        }

        /// Adds any field.
        ///
        /// @throws InvalidSchemaException if the name is taken, or there would be more than [Limits#MAX_FIELDS]
        public Builder add(Field field) {
            Field earlier = fields.putIfAbsent(field.name(), field);
            if (earlier != null) {
                throw new InvalidSchemaException(field.name(), "a name used once", "declared before as " + earlier.describe());
            }
            if (fields.size() > Limits.MAX_FIELDS) {
                throw new InvalidSchemaException(field.name(), "at most " + Limits.MAX_FIELDS + " fields", "one more");
            }
            return this;
        }

        /// The schema.
        ///
        /// @throws InvalidSchemaException if there is no vector field, or records expire after a field that is no instant
        public Schema build() {
            if (fields.values().stream().noneMatch(VectorField.class::isInstance)) {
                throw new InvalidSchemaException("vectors", "at least one vector field", "none");
            }
            if (expiry != null && !(fields.get(expiry.field()) instanceof ScalarField field && field.type() == FieldType.INSTANT
                    && !field.list())) {
                throw new InvalidSchemaException(expiry.field(), "a declared single instant to expire after", "something else");
            }
            return new Schema(this);
        }
    }
}
