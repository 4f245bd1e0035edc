package dev.kith.bench.data;

import dev.kith.files.DataFormatException;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder that holds one data set by the names of its files: `base.*`, `queries.*` (or `queries.public.*`), and
/// `gt.METRIC.ivecs` (or `gt.public.METRIC.ivecs`), any of them gzipped; or a single HDF5 file.
public final class SetFolder {
    private static final List<String> VECTOR_FORMS = List.of(".fvecs", ".bvecs", ".npy", ".fvecs.gz", ".bvecs.gz", ".npy.gz");

    private SetFolder() {}

    /// The short name of a metric in file names and on the command line.
    public static String shortName(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> "l2";
            case INNER_PRODUCT -> "ip";
            case COSINE -> "cosine";
        };
    }

    /// The metric of a short name.
    ///
    /// @throws IllegalArgumentException if the name is none of `l2`, `ip`, `cosine`
    public static Metric metric(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "l2", "euclidean" -> Metric.SQUARED_L2;
            case "ip", "dot" -> Metric.INNER_PRODUCT;
            case "cosine", "angular" -> Metric.COSINE;
            default -> throw new IllegalArgumentException("metric must be l2, ip or cosine, was " + name);
        };
    }

    /// What the folder holds.
    ///
    /// @param metric null means: the one its truth files name; an error if they name several and none is `cosine` or `l2`
    public static VectorSetFiles read(Path folder, @Nullable Metric metric) throws IOException {
        Path base = find(folder, "base.", "the vectors");
        Path queries = findOptional(folder, "queries.public.");
        if (queries == null) {
            queries = find(folder, "queries.", "the queries");
        }
        Metric chosen = metric != null ? metric : guess(folder, base);
        Path truth = truth(folder, shortName(chosen));
        return new VectorSetFiles(folder.toRealPath().getFileName().toString(), base, queries, truth, chosen, 0, 0);
    }

    /// Integer pixels are compared by L2, embeddings by cosine, unless only one truth is there.
    private static Metric guess(Path folder, Path base) throws IOException {
        List<Metric> present = Stream.of(Metric.values()).filter(m -> truth(folder, shortName(m)) != null).toList();
        if (present.size() == 1) {
            return present.getFirst();
        }
        Metric usual = base.getFileName().toString().contains(".u8") ? Metric.SQUARED_L2 : Metric.COSINE;
        if (present.isEmpty() || present.contains(usual)) {
            return usual;
        }
        throw new DataFormatException(folder, "metric", "named by --metric", "truth for " + present);
    }

    private static @Nullable Path truth(Path folder, String metric) {
        for (String name : List.of("gt.public." + metric + ".ivecs", "gt." + metric + ".ivecs")) {
            for (String suffix : List.of("", ".gz")) {
                Path file = folder.resolve(name + suffix);
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        return null;
    }

    private static Path find(Path folder, String prefix, String what) throws IOException {
        Path found = findOptional(folder, prefix);
        if (found == null) {
            throw new DataFormatException(folder, what, prefix + "* with one of " + VECTOR_FORMS, "no such file");
        }
        return found;
    }

    private static @Nullable Path findOptional(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> {
                String name = f.getFileName().toString();
                return name.startsWith(prefix) && VECTOR_FORMS.stream().anyMatch(name::endsWith);
            }).sorted().findFirst().orElse(null);
        }
    }
}
