package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.FieldType;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.cli.columns.ArrowRecords;
import dev.kith.cli.columns.ParquetRecords;
import dev.kith.cli.data.CsvFile;
import dev.kith.cli.data.JsonLines;
import dev.kith.cli.data.RecordFile;
import dev.kith.files.RowReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rows of several files read side by side and made into records, in bounded memory. Not thread-safe.
final class ImportRows implements Closeable {
    private final Schema schema;
    private final Sources sources;
    private final JsonRecords records;
    private final @Nullable RecordFile file;
    private final Map<VectorField, RowReader> files = new LinkedHashMap<>();
    private long row;
    private @Nullable Map<String, Object> object;
    private @Nullable IllegalArgumentException malformed;
    private final Map<VectorField, float[]> vectors = new LinkedHashMap<>();

    /// Where rows come from.
    ///
    /// @param records the form and the file of the records, or null
    /// @param vectors file of vectors by field
    /// @param id member that holds the id
    /// @param payload member that holds the payload, or null
    /// @param exported whether `export` wrote them: its members for nulls and ends are understood
    record Sources(@Nullable Records records, Map<String, Path> vectors, String id, @Nullable String payload, boolean exported) {}

    /// A file of records.
    record Records(Form form, Path path) {
        RecordFile open() throws IOException {
            return switch (form) {
                case JSONL -> JsonLines.open(path);
                case CSV -> CsvFile.open(path);
                case PARQUET -> ParquetRecords.open(path);
                case ARROW -> ArrowRecords.open(path);
            };
        }
    }

    /// The form of a file of records.
    enum Form {
        JSONL, CSV, PARQUET, ARROW
    }

    private ImportRows(Schema schema, Sources sources, @Nullable RecordFile file) {
        this.schema = schema;
        this.sources = sources;
        this.records = new JsonRecords(schema);
        this.file = file;
    }

    static ImportRows open(Collection collection, Sources sources) throws IOException {
        RecordFile file = sources.records() == null ? null : sources.records().open();
        ImportRows rows = new ImportRows(collection.schema(), sources, file);
        try {
            for (Map.Entry<String, Path> entry : sources.vectors().entrySet()) {
                if (!(collection.schema().field(entry.getKey()) instanceof VectorField field)) {
                    throw new IllegalArgumentException("'" + entry.getKey() + "' is not a vector field of " + collection.name());
                }
                rows.files.put(field, vectors(entry.getValue()));
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

    /// Opens a file of vectors; HDF5 as `FILE#DATASET`.
    static RowReader vectors(Path path) throws IOException {
        String name = path.getFileName().toString();
        return RowReader.open(file(path), name.substring(name.indexOf('#') + 1));
    }

    /// How many rows there are, or -1 where only reading to the end would tell.
    long total() {
        return LongStream
                .concat(LongStream.of(file == null ? -1 : file.count()), files.values().stream().mapToLong(RowReader::count))
                .filter(c -> c >= 0).findFirst().orElse(-1);
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
        if (file != null) {
            ended = !readObject(file);
            more = !ended;
        }
        for (Map.Entry<VectorField, RowReader> entry : files.entrySet()) {
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

    private boolean readObject(RecordFile from) throws IOException {
        try {
            object = from.next();
            return object != null;
        } catch (JsonLines.BadLineException e) {
            malformed = new IllegalArgumentException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            malformed = e;
        }
        return true;
    }

    /// Where the row is, for people.
    String where() {
        return file != null ? file.where() : "record " + (row - 1);
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
        Object nulls = sources.exported() ? members.remove(ExportColumns.NULLS) : null;
        Object end = sources.exported() ? members.remove(ExportColumns.EXPIRES_AT) : null;
        if (file instanceof CsvFile) {
            members.replaceAll(this::typed);
            nulls = nulls instanceof String text ? JsonLines.value(ExportColumns.NULLS, text) : nulls;
        }
        Record.Builder record = records.builder(id(), members, sources.id());
        if (nulls instanceof List<?> names) {
            names.forEach(name -> record.field((String) name, null));
        }
        if (end != null) {
            record.expiresAt(end instanceof Instant instant
                    ? instant
                    : (Instant) Values.parse(ExportColumns.EXPIRES_AT, FieldType.INSTANT, end.toString()));
        }
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
    private @Nullable Object typed(String name, @Nullable Object value) {
        String text = (String) Objects.requireNonNull(value);
        return switch (schema.field(name)) {
            case ScalarField field when field.type() == FieldType.GEO_POINT && text.startsWith("[") ->
                JsonLines.value(name, text);
            case ScalarField field when !field.list() -> Values.parse(name, field.type(), text);
            case TextField _ -> text;
            case null -> text;
            default -> JsonLines.value(name, text);
        };
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        for (RowReader file : files.values()) {
            file.close();
        }
    }
}
