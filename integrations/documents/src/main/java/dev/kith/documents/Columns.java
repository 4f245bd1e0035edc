package dev.kith.documents;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.InvalidRecordException;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which column holds which metadata key, and of which model the vectors are: kept in a small collection beside the large one,
/// where each entry is on disk before the first record that needs it. A key takes one column for each kind of value it is
/// ever given.
final class Columns {
    private static final String SUFFIX = ".keys";
    private static final String MODEL_ID = "model";

    private final Collection entries;
    private final Map<Key, String> columns = new ConcurrentHashMap<>();
    private final Map<Kind, Integer> used = new EnumMap<>(Kind.class);
    private @Nullable String model;

    private record Key(Kind kind, String key) {}

    private Columns(Collection entries) {
        this.entries = entries;
        for (Kind kind : Kind.values()) {
            used.put(kind, 0);
        }
        try (Stream<Record> all = entries.scan(Filter.all(), Projection.EVERYTHING)) {
            all.forEach(this::load);
        }
    }

    /// Opens the entries that belong to the collection `name`, making them if they are not there.
    static Columns open(Database database, String name) {
        String entries = name + SUFFIX;
        if (database.collections().contains(entries)) {
            return new Columns(database.collection(entries));
        }
        Schema schema = Schema.builder().add(VectorField.of("none", 1, Metric.SQUARED_L2).asOptional()).keyword("key")
                .keyword("kind").integer("number").build();
        return new Columns(database.createCollection(entries, schema));
    }

    private void load(Record entry) {
        String key = (String) Objects.requireNonNull(entry.field("key"));
        if (entry.id().equals(MODEL_ID)) {
            model = key;
            return;
        }
        Kind kind = Kind.valueOf((String) Objects.requireNonNull(entry.field("kind")));
        int number = (Integer) Objects.requireNonNull(entry.field("number"));
        columns.put(new Key(kind, key), kind.column(number));
        used.merge(kind, number, Math::max);
    }

    /// The column of a key for values of that kind, or null if there never was one.
    @Nullable
    String find(Kind kind, String key) {
        return columns.get(new Key(kind, key));
    }

    /// The column of a key for values of that kind; durable.
    String take(Kind kind, String key, String recordId) {
        String known = find(kind, key);
        return known == null ? add(kind, key, recordId) : known;
    }

    private synchronized String add(Kind kind, String key, String recordId) {
        String known = find(kind, key);
        if (known != null) {
            return known;
        }
        if (key.isEmpty()) {
            throw new InvalidRecordException(recordId, "metadata", "keys that are not empty", "an empty key");
        }
        int number = Objects.requireNonNull(used.get(kind)) + 1;
        if (number > kind.columns) {
            throw new InvalidRecordException(recordId, "metadata '" + key + "'",
                    "at most " + kind.columns + " different keys with values of kind " + kind.word, "one more");
        }
        String column = kind.column(number);
        entries.upsert(Record.builder(column).field("key", key).field("kind", kind.name()).field("number", number).build());
        used.put(kind, number);
        columns.put(new Key(kind, key), column);
        return column;
    }

    /// The model whose vectors are held, or null if none was ever named.
    synchronized @Nullable String model() {
        return model;
    }

    /// Names the model; durable.
    synchronized void model(String name) {
        entries.upsert(List.of(Record.builder(MODEL_ID).field("key", name).build()));
        model = name;
    }
}
