package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.files.RowReader;
import dev.kith.quality.Baseline;
import dev.kith.quality.DriftReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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

@Command(name = "drift", mixinStandardHelpOptions = true, description = {
        "Tells whether vectors are still like those of a baseline, which --save makes of a collection as it is now.",
        "Exit code 1 if they have changed."})
final class DriftCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--field", description = "Vector field; may be left out if there is only one.")
    @Nullable String field;
    @Option(names = "--save", paramLabel = "FILE", description = "Makes a baseline of the collection.")
    @Nullable Path save;
    @Option(names = "--baseline", paramLabel = "FILE", description = "Compares with this baseline.")
    @Nullable Path baseline;
    @Option(names = "--vectors", paramLabel = "FILE", description = "Compares these vectors (.npy, .fvecs, .bvecs, .hdf5#DATASET), queries for example, instead of the collection.")
    @Nullable Path vectors;
    @Option(names = "--seed", defaultValue = "1", description = "Seed of a new baseline; default ${DEFAULT-VALUE}.") long seed = 1;
    @Option(names = "--json", description = "One JSON object.") boolean json;

    @Override
    public Integer call() throws IOException {
        if ((save == null) == (baseline == null)) {
            throw new IllegalArgumentException("give either --save or --baseline");
        }
        if (save != null) {
            Baseline made = read(stream -> Baseline.of(stream, seed));
            made.save(save);
            spec.commandLine().getOut().printf("baseline of %,d vectors in %s%n", made.count(), save);
            return 0;
        }
        Baseline before = Baseline.load(Objects.requireNonNull(baseline));
        DriftReport report = read(before::compare);
        print(report);
        return report.drifted() ? Main.ANSWER_IS_NO : 0;
    }

    private interface Use<T> {
        T of(Stream<float[]> vectors);
    }

    private <T> T read(Use<T> use) throws IOException {
        if (vectors != null) {
            try (RowReader file = ImportRows.vectors(vectors)) {
                return use.of(Stream.generate(() -> next(file)).takeWhile(v -> v.length > 0));
            }
        }
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            String name = target.vectorField(collection, field);
            return use.of(
                    collection.scan(Filter.all(), new Projection(List.of(), false, true)).map((Record r) -> r.vectors().get(name))
                            .filter(Objects::nonNull).map(v -> v.toFloats()));
        }
    }

    private static float[] next(RowReader file) {
        try {
            float[] vector = file.next();
            return vector == null ? new float[0] : vector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(DriftReport report) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("drifted", report.drifted());
        members.put("baselineVectors", report.baselineCount());
        members.put("vectors", report.count());
        members.put("distance", report.distance());
        members.put("probability", report.probability());
        members.put("lengthDistance", report.lengthDistance());
        members.put("lengthProbability", report.lengthProbability());
        if (json) {
            out.println(JsonOut.object(members));
        } else {
            members.forEach((key, value) -> out.printf("%-20s %s%n", key, value));
        }
    }
}
