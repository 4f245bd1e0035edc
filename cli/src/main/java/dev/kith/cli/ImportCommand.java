package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.cli.data.JsonLines;
import dev.kith.cli.data.VectorFile;
import dev.kith.cli.output.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "import", mixinStandardHelpOptions = true, description = {
        "Writes records from files: JSON objects a line, vectors from .npy, .fvecs or .bvecs, or both side by side.",
        "Members named like a field go to the field, the others become the payload. Records already there are replaced.",
        "Stops at the first bad record and names it; batches written before it stay."})
final class ImportCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--jsonl", paramLabel = "FILE", description = "JSON objects, one a line; may be gzipped.")
    @Nullable Path jsonl;
    @Option(names = "--vectors", paramLabel = "FIELD=FILE", description = "Row i of the file is the vector of record i. May be given for several fields.") Map<String, Path> vectorFiles = new LinkedHashMap<>();
    @Option(names = "--id", paramLabel = "MEMBER", defaultValue = "id", description = "Member that holds the id; default ${DEFAULT-VALUE}. Without --jsonl the row number is the id.") String idMember = "id";
    @Option(names = "--batch", defaultValue = "500", description = "Records acknowledged together; default ${DEFAULT-VALUE}.") int batch = 500;

    @Override
    public Integer call() throws IOException {
        if (jsonl == null && vectorFiles.isEmpty()) {
            throw new IllegalArgumentException("nothing to import: give --jsonl, --vectors, or both");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("--batch must be at least 1, was " + batch);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            long start = System.nanoTime();
            long count = importAll(collection, spec.commandLine().getErr());
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf("imported %,d records into %s in %.1f s (%,.0f a second), each batch of %d on disk before the next%n",
                    count,
                    collection.name(), seconds, count / seconds, batch);
        }
        return 0;
    }

    private long importAll(Collection collection, PrintWriter progressOut) throws IOException {
        Map<VectorField, VectorFile> files = new LinkedHashMap<>();
        long count = 0;
        try (JsonLines lines = jsonl == null ? null : JsonLines.open(jsonl)) {
            openVectors(collection, files);
            long total = files.values().stream().mapToLong(VectorFile::count).filter(c -> c >= 0).findFirst().orElse(-1);
            JsonRecords records = new JsonRecords(collection.schema());
            List<Record> pending = new ArrayList<>(batch);
            try (Progress progress = new Progress(progressOut, "import", total)) {
                for (Record record = next(count, lines, files, records); record != null; record = next(count, lines, files,
                        records)) {
                    pending.add(record);
                    count++;
                    if (pending.size() == batch) {
                        collection.upsert(pending);
                        pending.clear();
                        progress.at(count);
                    }
                }
                if (!pending.isEmpty()) {
                    collection.upsert(pending);
                    progress.at(count);
                }
            }
        } finally {
            for (VectorFile file : files.values()) {
                file.close();
            }
        }
        return count;
    }

    private void openVectors(Collection collection, Map<VectorField, VectorFile> files) throws IOException {
        for (Map.Entry<String, Path> entry : vectorFiles.entrySet()) {
            if (!(collection.schema().field(entry.getKey()) instanceof VectorField field)) {
                throw new IllegalArgumentException("'" + entry.getKey() + "' is not a vector field of " + collection.name());
            }
            files.put(field, VectorFile.open(entry.getValue()));
        }
    }

    /// The next record, or null when every file is at its end; files of different lengths are an error.
    private @Nullable Record next(long row, @Nullable JsonLines lines, Map<VectorField, VectorFile> files, JsonRecords records)
            throws IOException {
        Map<String, Object> object = lines == null ? null : lines.next();
        boolean ended = lines != null && object == null;
        boolean more = object != null;
        Map<VectorField, float[]> vectors = new LinkedHashMap<>();
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
        if (ended) {
            return null;
        }
        try {
            Record.Builder record = records.builder(id(row, object), object == null ? Map.of() : object, idMember);
            vectors.forEach((field, vector) -> JsonRecords.set(record, field, vector));
            return record.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException((lines == null ? "record " + row : lines.where()) + ": " + e.getMessage(), e);
        }
    }

    private String id(long row, @Nullable Map<String, Object> object) {
        if (object == null) {
            return Long.toString(row);
        }
        Object id = object.get(idMember);
        if (!(id instanceof String || id instanceof Long)) {
            throw new IllegalArgumentException("member '" + idMember + "' must be a string or a whole number, found " + id);
        }
        return id.toString();
    }
}
