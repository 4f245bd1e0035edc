package dev.kith;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One record: an id, its vectors, its field values and a JSON payload. Immutable. A record read from a collection holds each
/// value in the type of its field; a record built by a caller holds what the caller gave and is checked against the schema
/// when it is written.
///
/// {@snippet :
/// Record record = Record.builder("dog.n.01")
///         .vector("embedding", embedding)
///         .field("pos", "noun")
///         .payload("{\"gloss\": \"a member of the genus Canis\"}")
///         .build();
/// }
///
/// The name is that of `java.lang.Record`: import this class by its name, not by `dev.kith.*` alone.
public final class Record {
    private final String id;
    private final Map<String, VectorValue> vectors;
    private final Map<String, Object> fields;
    private final Set<String> nulls;
    private final @Nullable String payload;
    private final @Nullable Instant expiresAt;
    private final long version;

    private Record(Builder builder) {
        this.id = builder.id;
        this.vectors = Collections.unmodifiableMap(new LinkedHashMap<>(builder.vectors));
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(builder.fields));
        this.nulls = Collections.unmodifiableSet(new LinkedHashSet<>(builder.nulls));
        this.payload = builder.payload;
        this.expiresAt = builder.expiresAt;
        this.version = 0;
    }

    private Record(Record other, long version) {
        this.id = other.id;
        this.vectors = other.vectors;
        this.fields = other.fields;
        this.nulls = other.nulls;
        this.payload = other.payload;
        this.expiresAt = other.expiresAt;
        this.version = version;
    }

    /// Starts a record.
    ///
    /// @param id the stable name of the record, 1 to [Limits#MAX_ID_BYTES] bytes in UTF-8
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /// Starts a record with an id of its own: a uuid that begins with the time (version 7 of RFC 9562).
    public static Builder builder() {
        return new Builder(Ids.next());
    }

    /// Starts a record that holds all that this one does.
    public Builder toBuilder() {
        return copyAs(id);
    }

    /// This record under another id.
    public Record withId(String other) {
        return new Record(copyAs(other).build(), version);
    }

    private Builder copyAs(String other) {
        Builder builder = new Builder(other);
        builder.vectors.putAll(vectors);
        builder.fields.putAll(fields);
        builder.nulls.addAll(nulls);
        builder.payload = payload;
        builder.expiresAt = expiresAt;
        return builder;
    }

    /// The stable name of the record.
    public String id() {
        return id;
    }

    /// All vectors by field name.
    public Map<String, VectorValue> vectors() {
        return vectors;
    }

    /// The vector of that field as floats, in a new array, or null if the record has none.
    public float @Nullable [] vector(String field) {
        VectorValue value = vectors.get(field);
        return value == null ? null : value.toFloats();
    }

    /// All metadata and text values by field name, lists as `List`; and the [SparseVector] and [MultiVector] of such fields.
    /// Fields that are null are not among them.
    public Map<String, Object> fields() {
        return fields;
    }

    /// The value of that field, or null if the record has none.
    public @Nullable Object field(String name) {
        return fields.get(name);
    }

    /// The fields that are null on purpose, which is not the same as missing.
    public Set<String> nulls() {
        return nulls;
    }

    /// The nested object at a path: the values of all fields whose name begins with `path` and a dot, as maps in maps. Empty
    /// if there are none.
    public Map<String, Object> object(String path) {
        Map<String, Object> object = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(path + ".")) {
                Nested.put(object, name.substring(path.length() + 1), value);
            }
        });
        return object;
    }

    /// The JSON payload exactly as it was given, or null.
    public @Nullable String payload() {
        return payload;
    }

    /// When the record is gone, or null for never. A field of the schema may end it earlier; see [Schema#expiry()].
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /// The sequence number of the write that made this record, for [Write#ifVersion(long)]; 0 unless it was read from a
    /// collection. Not part of equality, and without effect when the record is written.
    public long version() {
        return version;
    }

    /// This record as read in that version; for collections.
    public Record withVersion(long newVersion) {
        return new Record(this, newVersion);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Record r && id.equals(r.id) && vectors.equals(r.vectors) && fields.equals(r.fields)
                && nulls.equals(r.nulls) && Objects.equals(payload, r.payload)
                && Objects.equals(expiresAt, r.expiresAt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, vectors, fields, nulls, payload, expiresAt);
    }

    @Override
    public String toString() {
        return "Record[" + id + ", vectors=" + vectors + ", fields=" + fields
                + (nulls.isEmpty() ? "" : ", nulls=" + nulls) + ", payload=" + payload
                + (expiresAt == null ? "" : ", expiresAt=" + expiresAt) + "]";
    }

    /// Collects the parts of one record. Not thread-safe.
    public static final class Builder {
        private final String id;
        private final Map<String, VectorValue> vectors = new LinkedHashMap<>();
        private final Map<String, Object> fields = new LinkedHashMap<>();
        private final Set<String> nulls = new LinkedHashSet<>();
        private @Nullable String payload;
        private @Nullable Instant expiresAt;

        private Builder(String id) {
            this.id = Objects.requireNonNull(id, "id");
        }

        /// Sets a float32 vector; copied.
        public Builder vector(String field, float[] components) {
            return vector(field, VectorValue.of(components));
        }

        /// Sets an int8 vector; copied.
        public Builder vector(String field, byte[] components) {
            return vector(field, VectorValue.of(components));
        }

        /// Sets a vector.
        ///
        /// @throws InvalidRecordException if the field was set before
        public Builder vector(String field, VectorValue value) {
            Objects.requireNonNull(value, "value");
            if (vectors.putIfAbsent(Objects.requireNonNull(field, "field"), value) != null) {
                throw new InvalidRecordException(id, field, "a field set once", "a second value");
            }
            return this;
        }

        /// Sets the value of a field: what a field takes is told by [FieldType]. A list (any `java.util.Collection`) is copied; a
        /// `Map` is a nested object, whose members are set one by one under their path (`author` with a member `name` sets
        /// `author.name`). Null is kept as null; a record without a value simply leaves the field out.
        ///
        /// @throws InvalidRecordException if the field was set before or an object nests too deep
        public Builder field(String name, @Nullable Object value) {
            return field(name, value, 0);
        }

        private Builder field(String name, @Nullable Object value, int depth) {
            Objects.requireNonNull(name, "name");
            if (value instanceof Map<?, ?> object) {
                if (depth == Limits.MAX_OBJECT_DEPTH) {
                    throw new InvalidRecordException(id, name, "at most " + Limits.MAX_OBJECT_DEPTH + " levels", "more");
                }
                object.forEach((member, v) -> field(name + "." + member, v, depth + 1));
                return this;
            }
            boolean before = fields.containsKey(name) || nulls.contains(name);
            if (before) {
                throw new InvalidRecordException(id, name, "a field set once", "a second value");
            }
            if (value == null) {
                nulls.add(name);
            } else {
                fields.put(name, value instanceof java.util.Collection<?> list ? copy(name, list) : value);
            }
            return this;
        }

        private List<Object> copy(String name, java.util.Collection<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            for (Object value : list) {
                if (value == null) {
                    throw new InvalidRecordException(id, name, "a list without nulls", "null at index " + copy.size());
                }
                copy.add(value);
            }
            return Collections.unmodifiableList(copy);
        }

        /// Ends the record at an instant: from then on no read sees it, and the next merge takes it away.
        public Builder expiresAt(Instant at) {
            this.expiresAt = Objects.requireNonNull(at, "at");
            return this;
        }

        /// Takes back a field and everything nested under it.
        Builder without(String name) {
            fields.keySet().removeIf(n -> n.equals(name) || n.startsWith(name + "."));
            nulls.removeIf(n -> n.equals(name) || n.startsWith(name + "."));
            return this;
        }

        Builder withoutVector(String name) {
            vectors.remove(name);
            return this;
        }

        Builder payloadOrNone(@Nullable String json) {
            this.payload = json;
            return this;
        }

        Builder expiryOrNone(@Nullable Instant at) {
            this.expiresAt = at;
            return this;
        }

        /// Sets the JSON payload; checked when the record is written, kept to the letter.
        public Builder payload(String json) {
            this.payload = Objects.requireNonNull(json, "json");
            return this;
        }

        /// Sets the JSON payload from its UTF-8 bytes.
        ///
        /// @throws InvalidRecordException if the bytes are not UTF-8
        public Builder payload(byte[] json) {
            try {
                return payload(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
            } catch (CharacterCodingException e) {
                InvalidRecordException invalid = new InvalidRecordException(id, "payload", "UTF-8", e.toString());
                invalid.initCause(e);
                throw invalid;
            }
        }

        /// The record.
        public Record build() {
            return new Record(this);
        }
    }
}
