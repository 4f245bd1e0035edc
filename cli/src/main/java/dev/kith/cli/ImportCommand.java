package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.InvalidInputException;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.cli.output.Progress;
import dev.kith.cli.transfer.BadRows;
import dev.kith.cli.transfer.Bookmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
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
        "Writes records from files: JSON objects a line, comma-separated values, Parquet, Arrow, vectors from .npy, .fvecs, .bvecs or .hdf5, or side by side.",
        "Members named like a field go to the field, the others become the payload. Records already there are replaced.",
        "Stops at the first bad record and names it, unless --bad-rows is given; batches written before it stay."})
final class ImportCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--jsonl", paramLabel = "FILE", description = "JSON objects, one a line; may be gzipped.")
    @Nullable Path jsonl;
    @Option(names = "--csv", paramLabel = "FILE", description = "Comma-separated values with a header; may be gzipped. Lists and vectors are JSON arrays in one value.")
    @Nullable Path csv;
    @Option(names = "--parquet", paramLabel = "FILE", description = "Rows of a Parquet file; lists of numbers are vectors.")
    @Nullable Path parquet;
    @Option(names = "--arrow", paramLabel = "FILE", description = "Rows of an Arrow file (Feather) or stream; lists of numbers are vectors.")
    @Nullable Path arrow;
    @Option(names = "--vectors", paramLabel = "FIELD=FILE", description = "Row i of the file is the vector of record i. May be given for several fields. Of HDF5, FILE#DATASET.") Map<String, Path> vectorFiles = new LinkedHashMap<>();
    @Option(names = "--id", paramLabel = "MEMBER", defaultValue = "id", description = "Member that holds the id; default ${DEFAULT-VALUE}. Where there are only vectors the row number is the id.") String idMember = "id";
    @Option(names = "--payload", paramLabel = "MEMBER", description = "Member whose string is the payload to the letter, as export writes it.")
    @Nullable String payloadMember;
    @Option(names = "--exported", description = "The files are what export wrote: payloads, nulls and ends are read back, too.") boolean exported;
    @Option(names = "--model", paramLabel = "FIELD=NAME", description = "Embedding model that made the vectors of a field; refused if the field records another.") Map<String, String> models = new LinkedHashMap<>();
    @Option(names = "--batch", defaultValue = "500", description = "Records acknowledged together; default ${DEFAULT-VALUE}.") int batch = 500;
    @Option(names = "--bad-rows", paramLabel = "FILE", description = "Goes on after a bad record, and writes to FILE where it was and what is wrong, a JSON object a line.")
    @Nullable Path badRows;
    @Option(names = "--resume", paramLabel = "FILE", description = "Keeps in FILE how far the import is, and goes on there if it is begun again; removed at the end.")
    @Nullable Path resume;

    @Override
    public Integer call() throws IOException {
        if (forms().isEmpty() && vectorFiles.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing to import: give --jsonl, --csv, --parquet, --arrow or --vectors, or one and --vectors");
        }
        if (forms().size() > 1) {
            throw new IllegalArgumentException("give only one of --jsonl, --csv, --parquet and --arrow");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("--batch must be at least 1, was " + batch);
        }
        try (Database database = target.openWithinHeap()) {
            Collection collection = target.in(database);
            checkModels(collection);
            return importInto(collection);
        }
    }

    /// Refuses before the first row what the collection would refuse at it.
    private void checkModels(Collection collection) {
        models.forEach((name, model) -> {
            if (!(collection.schema().field(name) instanceof VectorField field)) {
                throw new IllegalArgumentException("--model: '" + name + "' is not a vector field of " + collection.name());
            }
            if (field.model() == null) {
                collection.recordModel(name, model);
            } else if (!field.model().equals(model)) {
                throw new IllegalArgumentException("--model: expected the model '" + field.model() + "' that is recorded for '"
                        + name + "', found '" + model + "'");
            }
        });
    }

    private int importInto(Collection collection) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Bookmark bookmark = resume == null ? null : Bookmark.open(resume, sources());
        long skipped = bookmark == null ? 0 : bookmark.rows();
        long start = System.nanoTime();
        try (BadRows bad = badRows == null ? BadRows.none() : BadRows.to(badRows, skipped > 0);
                ImportRows rows = ImportRows.open(collection,
                        new ImportRows.Sources(forms().isEmpty() ? null : forms().getFirst(), vectorFiles, idMember,
                                exported && payloadMember == null ? "payload" : payloadMember, exported))) {
            rows.skip(skipped);
            Writer writer = new Writer(collection, rows, bad, bookmark);
            long count = writer.run(spec.commandLine().getErr(), rows.total());
            double seconds = (System.nanoTime() - start) / 1e9;
            if (skipped > 0) {
                out.printf("resumed after %,d rows%n", skipped);
            }
            out.printf("imported %,d records into %s in %.1f s (%,.0f a second), each batch of %d on disk before the next%n",
                    count,
                    collection.name(), seconds, count / seconds, batch);
            if (bad.count() > 0) {
                out.printf("%,d bad rows are in %s%n", bad.count(), badRows);
            }
            return bad.count() > 0 ? Main.ANSWER_IS_NO : 0;
        }
    }

    private List<ImportRows.Records> forms() {
        List<ImportRows.Records> forms = new ArrayList<>();
        Map<ImportRows.Form, @Nullable Path> files = new EnumMap<>(ImportRows.Form.class);
        files.put(ImportRows.Form.JSONL, jsonl);
        files.put(ImportRows.Form.CSV, csv);
        files.put(ImportRows.Form.PARQUET, parquet);
        files.put(ImportRows.Form.ARROW, arrow);
        files.forEach((form, path) -> {
            if (path != null) {
                forms.add(new ImportRows.Records(form, path));
            }
        });
        return forms;
    }

    private List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        forms().forEach(records -> sources.add(records.path()));
        vectorFiles.values().forEach(f -> sources.add(ImportRows.file(f)));
        return sources;
    }

    /// Gathers batches and writes them.
    private final class Writer {
        private final Collection collection;
        private final ImportRows rows;
        private final BadRows bad;
        private final @Nullable Bookmark bookmark;
        private final List<Record> pending = new ArrayList<>(batch);
        private final List<String> places = new ArrayList<>(batch);
        private long written;

        Writer(Collection collection, ImportRows rows, BadRows bad, @Nullable Bookmark bookmark) {
            this.collection = collection;
            this.rows = rows;
            this.bad = bad;
            this.bookmark = bookmark;
        }

        long run(PrintWriter progressOut, long total) throws IOException {
            try (Progress progress = new Progress(progressOut, "import", total)) {
                while (rows.advance()) {
                    try {
                        pending.add(rows.record());
                        places.add(rows.where());
                    } catch (IllegalArgumentException e) {
                        bad.add(rows.where(), e);
                    }
                    if (pending.size() == batch) {
                        write();
                        progress.at(rows.row());
                    }
                }
                write();
                progress.at(rows.row());
            }
            if (bookmark != null) {
                bookmark.done();
            }
            return written;
        }

        private void write() throws IOException {
            try {
                collection.upsert(pending);
                written += pending.size();
            } catch (InvalidInputException e) {
                for (int i = 0; i < pending.size(); i++) { // one of them does not fit: find it
                    writeOne(i);
                }
            }
            pending.clear();
            places.clear();
            if (bookmark != null) {
                bookmark.at(rows.row());
            }
        }

        private void writeOne(int index) throws IOException {
            try {
                collection.upsert(pending.get(index));
                written++;
            } catch (InvalidInputException e) {
                bad.add(places.get(index), e);
            }
        }
    }
}
