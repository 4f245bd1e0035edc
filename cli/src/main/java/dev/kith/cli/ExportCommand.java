package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.VectorField;
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
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true, description = {
        "Writes all records of one moment to files that import reads: JSON objects a line, comma-separated values, vectors as .npy or .fvecs.",
        "The payload is a string in the member 'payload': import with --payload payload. Row i of each file is the same record."})
final class ExportCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--jsonl", paramLabel = "FILE", description = "JSON objects, one a line.")
    @Nullable Path jsonl;
    @Option(names = "--csv", paramLabel = "FILE", description = "Comma-separated values with a header.")
    @Nullable Path csv;
    @Option(names = "--vectors", paramLabel = "FIELD=FILE", description = "Vectors of a field; these are then left out of the other files. Every record must have one.") Map<String, Path> vectorFiles = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        if (jsonl == null && csv == null && vectorFiles.isEmpty()) {
            throw new IllegalArgumentException("nothing to export to: give --jsonl, --csv or --vectors");
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
        private final List<String> columns = new ArrayList<>();
        private final Map<String, VectorFileWriter> vectors = new LinkedHashMap<>();
        private final @Nullable BufferedWriter lines;
        private final @Nullable BufferedWriter table;

        Sinks(Collection collection) throws IOException {
            columns.add("id");
            collection.schema().fields().stream().map(f -> f.name()).filter(n -> !vectorFiles.containsKey(n))
                    .forEach(columns::add);
            columns.add("payload");
            for (Map.Entry<String, Path> entry : vectorFiles.entrySet()) {
                if (!(collection.schema().field(entry.getKey()) instanceof VectorField field)) {
                    throw new IllegalArgumentException("'" + entry.getKey() + "' is not a vector field of " + collection.name());
                }
                vectors.put(entry.getKey(), VectorFileWriter.create(entry.getValue(), field.dimension()));
            }
            lines = jsonl == null ? null : Files.newBufferedWriter(jsonl);
            table = csv == null ? null : Files.newBufferedWriter(csv);
            if (table != null) {
                table.write(String.join(",", columns.stream().map(CsvFile::quote).toList()) + "\n");
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
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", record.id());
            for (String column : columns) {
                Object value = record.vectors().containsKey(column) ? record.vectors().get(column) : record.field(column);
                if (value != null) {
                    members.put(column, value);
                }
            }
            if (record.payload() != null) {
                members.put("payload", record.payload());
            }
            if (lines != null) {
                lines.write(JsonOut.object(members) + "\n");
            }
            if (table != null) {
                table.write(String.join(",", columns.stream().map(c -> cell(members.get(c))).toList()) + "\n");
            }
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
            if (lines != null) {
                lines.close();
            }
            if (table != null) {
                table.close();
            }
        }
    }
}
