package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.cli.data.CsvFile;
import dev.kith.cli.data.JsonLines;
import dev.kith.cli.data.VectorFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rows of several files read side by side and made into records, in bounded memory. Not thread-safe.
final class ImportRows implements Closeable {
    private final Schema schema;
    private final Sources sources;
    private final JsonRecords records;
    private final @Nullable JsonLines lines;
    private final @Nullable CsvFile table;
    private final Map<VectorField, VectorFile> files = new LinkedHashMap<>();
    private long row;
    private @Nullable Map<String, Object> object;
    private @Nullable IllegalArgumentException malformed;
    private final Map<VectorField, float[]> vectors = new LinkedHashMap<>();

    /// Where rows come from.
    ///
    /// @param jsonl JSON objects
    /// @param csv comma-separated values
    /// @param vectors file of vectors by field
    /// @param id member that holds the id
    /// @param payload member that holds the payload, or null
    record Sources(@Nullable Path jsonl, @Nullable Path csv, Map<String, Path> vectors, String id, @Nullable String payload) {}

    private ImportRows(Schema schema, Sources sources, @Nullable JsonLines lines, @Nullable CsvFile table) {
        this.schema = schema;
        this.sources = sources;
        this.records = new JsonRecords(schema);
        this.lines = lines;
        this.table = table;
    }

    static ImportRows open(Collection collection, Sources sources) throws IOException {
        JsonLines lines = sources.jsonl() == null ? null : JsonLines.open(sources.jsonl());
        CsvFile table = sources.csv() == null ? null : CsvFile.open(sources.csv());
        ImportRows rows = new ImportRows(collection.schema(), sources, lines, table);
        try {
            for (Map.Entry<String, Path> entry : sources.vectors().entrySet()) {
                if (!(collection.schema().field(entry.getKey()) instanceof VectorField field)) {
                    throw new IllegalArgumentException("'" + entry.getKey() + "' is not a vector field of " + collection.name());
                }
                rows.files.put(field, VectorFile.open(entry.getValue()));
            }
            return rows;
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /// The file of `FILE#DATASET`.
    static Path file(Path path) {
        String name = path.getFileName().toString();
        int at = name.indexOf('#');
        return at < 0 ? path : path.resolveSibling(name.substring(0, at));
    }

    /// How many rows there are, or -1 where only reading to the end would tell.
    long total() {
        return files.values().stream().mapToLong(VectorFile::count).filter(c -> c >= 0).findFirst().orElse(-1);
    }

    /// Rows read so far.
    long row() {
        return row;
    }

    void skip(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            if (!advance()) {
                throw new IllegalArgumentException("the files end after " + i + " rows, expected at least " + count);
            }
        }
    }

    /// Reads the next row; false when every file is at its end. Files of different lengths are an error.
    boolean advance() throws IOException {
        malformed = null;
        object = null;
        vectors.clear();
        boolean ended = false;
        boolean more = false;
        if (lines != null || table != null) {
            ended = !readObject();
            more = !ended;
        }
        for (Map.Entry<VectorField, VectorFile> entry : files.entrySet()) {
            float[] vector = entry.getValue().next();
            if (vector == null) {
                ended = true;
            } else {
                more = true;
                vectors.put(entry.getKey(), vector);
            }
        }
        if (ended && more) {
            throw new IllegalArgumentException("the files have different numbers of records: one ends before record " + row);
        }
        if (more) {
            row++;
        }
        return more;
    }

    private boolean readObject() throws IOException {
        if (lines != null) {
            try {
                object = lines.next();
            } catch (JsonLines.BadLineException e) {
                malformed = new IllegalArgumentException(e.getMessage(), e);
                return true;
            }
            return object != null;
        }
        try {
            Map<String, String> values = Objects.requireNonNull(table).next();
            if (values == null) {
                return false;
            }
            object = new LinkedHashMap<>(values);
        } catch (IllegalArgumentException e) {
            malformed = e;
        }
        return true;
    }

    /// Where the row is, for people.
    String where() {
        return lines != null ? lines.where() : table != null ? table.where() : "record " + (row - 1);
    }

    /// The record of the row.
    ///
    /// @throws IllegalArgumentException if it is none
    Record record() {
        if (malformed != null) {
            throw malformed;
        }
        Map<String, Object> members = object == null ? new LinkedHashMap<>() : new LinkedHashMap<>(object);
        Object payload = sources.payload() == null ? null : members.remove(sources.payload());
        if (table != null) {
            members.replaceAll(this::typed);
        }
        Record.Builder record = records.builder(id(), members, sources.id());
        vectors.forEach((field, vector) -> JsonRecords.set(record, field, vector));
        if (payload instanceof String text) {
            record.payload(text);
        } else if (payload != null) {
            throw new IllegalArgumentException("member '" + sources.payload() + "' must be a string, found " + payload);
        }
        return record.build();
    }

    private String id() {
        if (object == null) {
            return Long.toString(row - 1);
        }
        Object id = object.get(sources.id());
        if (!(id instanceof String || id instanceof Long)) {
            throw new IllegalArgumentException("member '" + sources.id() + "' must be a string or a whole number, found " + id);
        }
        return id.toString();
    }

    /// The value that a text in a table stands for.
    private Object typed(String name, Object value) {
        String text = (String) value;
        return switch (schema.field(name)) {
            case ScalarField field when !field.list() -> Values.parse(name, field.type(), text);
            case TextField _ -> text;
            case null -> text;
            default -> JsonLines.value(name, text);
        };
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
        if (table != null) {
            table.close();
        }
        for (VectorFile file : files.values()) {
            file.close();
        }
    }
}
