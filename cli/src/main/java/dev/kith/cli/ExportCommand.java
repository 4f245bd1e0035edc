package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.cli.columns.ArrowRecordWriter;
import dev.kith.cli.columns.Column;
import dev.kith.cli.columns.ParquetRecordWriter;
import dev.kith.cli.columns.RecordWriter;
import dev.kith.cli.data.CsvFile;
import dev.kith.cli.data.VectorFileWriter;
import dev.kith.cli.output.Progress;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true, description = {
        "Writes all records of one moment to files that import reads: JSON objects a line, comma-separated values, Parquet, Arrow, vectors as .npy or .fvecs.",
        "Payloads, nulls and ends are in members of their own: import with --exported. Row i of each file is the same record."})
final class ExportCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--jsonl", paramLabel = "FILE", description = "JSON objects, one a line.")
    @Nullable Path jsonl;
    @Option(names = "--csv", paramLabel = "FILE", description = "Comma-separated values with a header.")
    @Nullable Path csv;
    @Option(names = "--parquet", paramLabel = "FILE", description = "A Parquet file; vectors are lists of floats.")
    @Nullable Path parquet;
    @Option(names = "--arrow", paramLabel = "FILE", description = "An Arrow file (Feather version 2), or a stream if its name ends in .arrows.")
    @Nullable Path arrow;
    @Option(names = "--vectors", paramLabel = "FIELD=FILE", description = "Vectors of a field; these are then left out of the other files. Every record must have one.") Map<String, Path> vectorFiles = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        if (Stream.of(jsonl, csv, parquet, arrow).allMatch(Objects::isNull) && vectorFiles.isEmpty()) {
            throw new IllegalArgumentException("nothing to export to: give --jsonl, --csv, --parquet, --arrow or --vectors");
        }
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            long count = 0;
            try (Sinks sinks = new Sinks(collection);
                    Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING);
                    Progress progress = new Progress(spec.commandLine().getErr(), "export", collection.count())) {
                for (Record record : (Iterable<Record>) all::iterator) {
                    sinks.add(record);
                    progress.at(++count);
                }
            }
            spec.commandLine().getOut().printf("exported %,d records of %s%n", count, collection.name());
        }
        return 0;
    }

    private final class Sinks implements Closeable {
        private final ExportColumns columns;
        private final Map<String, VectorFileWriter> vectors = new LinkedHashMap<>();
        private final List<RecordWriter> writers = new ArrayList<>();
        private @Nullable BufferedWriter lines;
        private @Nullable BufferedWriter table;

        Sinks(Collection collection) throws IOException {
            columns = new ExportColumns(collection.schema(), vectorFiles.keySet());
            try {
                open(collection);
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private void open(Collection collection) throws IOException {
            for (Map.Entry<String, Path> entry : vectorFiles.entrySet()) {
                if (!(collection.schema().field(entry.getKey()) instanceof VectorField field)) {
                    throw new IllegalArgumentException("'" + entry.getKey() + "' is not a vector field of " + collection.name());
                }
                vectors.put(entry.getKey(), VectorFileWriter.create(entry.getValue(), field.dimension()));
            }
            if (parquet != null) {
                writers.add(ParquetRecordWriter.create(parquet, columns.columns()));
            }
            if (arrow != null) {
                writers.add(ArrowRecordWriter.create(arrow, columns.columns()));
            }
            lines = jsonl == null ? null : Files.newBufferedWriter(jsonl);
            table = csv == null ? null : Files.newBufferedWriter(csv);
            if (table != null) {
                table.write(String.join(",", columns.columns().stream().map(c -> CsvFile.quote(c.name())).toList()) + "\n");
            }
        }

        void add(Record record) throws IOException {
            for (Map.Entry<String, VectorFileWriter> entry : vectors.entrySet()) {
                float[] vector = record.vector(entry.getKey());
                if (vector == null) {
                    throw new IllegalArgumentException("record '" + record.id() + "' has no vector '" + entry.getKey()
                            + "': export it to --jsonl");
                }
                entry.getValue().add(vector);
            }
            for (RecordWriter writer : writers) {
                writer.add(columns.values(record));
            }
            if (lines != null) {
                lines.write(JsonOut.object(members(record)) + "\n");
            }
            if (table != null) {
                table.write(String.join(",",
                        columns.columns().stream().map(c -> cell(ExportColumns.value(record, c.name()))).toList()) + "\n");
            }
        }

        /// JSON can say null itself.
        private Map<String, @Nullable Object> members(Record record) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            for (Column column : columns.columns()) {
                Object value = ExportColumns.value(record, column.name());
                boolean isNull = record.nulls().contains(column.name());
                if ((value != null || isNull) && !column.name().equals(ExportColumns.NULLS)) {
                    members.put(column.name(), value);
                }
            }
            return members;
        }

        private static String cell(@Nullable Object value) {
            return switch (value) {
                case null -> "";
                case String text -> CsvFile.quote(text);
                case Number number -> number.toString();
                case Boolean truth -> truth.toString();
                default -> {
                    String json = JsonOut.object(Map.of("v", value)); // {"v":...}
                    String inner = json.substring(5, json.length() - 1);
                    yield CsvFile.quote(inner.startsWith("\"") ? inner.substring(1, inner.length() - 1) : inner);
                }
            };
        }

        @Override
        public void close() throws IOException {
            for (VectorFileWriter file : vectors.values()) {
                file.close();
            }
            for (RecordWriter writer : writers) {
                writer.close();
            }
            if (lines != null) {
                lines.close();
            }
            if (table != null) {
                table.close();
            }
        }
    }
}
