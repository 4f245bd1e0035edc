package dev.kith.bench;

import dev.kith.bench.data.Download;
import dev.kith.bench.data.PublicSet;
import dev.kith.bench.data.SetFolder;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.data.VectorSetFiles;
import dev.kith.bench.data.VectorSetPreparer;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that say which data set is measured.
final class DataOptions {
    @Option(names = "--dataset", paramLabel = "NAME|FOLDER", description = "A public set by name, or a folder with base.*, queries.* and gt.METRIC.ivecs.")
    @Nullable String dataset;

    @Option(names = "--base", description = "Vectors: .fvecs, .bvecs, .npy (also .gz) or .hdf5.")
    @Nullable Path base;

    @Option(names = "--queries", description = "Queries, in any of these forms; default for .hdf5: the same file.")
    @Nullable Path queries;

    @Option(names = "--truth", description = "Exact neighbours: .ivecs (also .gz) or .hdf5; computed where absent.")
    @Nullable Path truth;

    @Option(names = "--metric", description = "cosine, l2 or ip.")
    @Nullable String metric;

    @Option(names = "--rows", defaultValue = "0", description = "Use only so many first rows.") int rows;

    @Option(names = "--query-count", defaultValue = "0", description = "Use only so many first queries.") int queryCount;

    VectorSet prepare(Path cache, Consumer<String> log) throws IOException {
        return new VectorSetPreparer(cache, log).prepare(files(cache, log).limited(rows, queryCount));
    }

    private VectorSetFiles files(Path cache, Consumer<String> log) throws IOException {
        Metric chosen = metric == null ? null : SetFolder.metric(metric);
        if (dataset != null) {
            if (base != null) {
                throw new IllegalArgumentException("--dataset and --base exclude each other");
            }
            return named(dataset, chosen, cache, log);
        }
        if (base == null) {
            throw new IllegalArgumentException("--dataset or --base is needed");
        }
        boolean hdf5 = base.toString().endsWith(".hdf5") || base.toString().endsWith(".h5");
        Path asked = queries != null ? queries : hdf5 ? base : null;
        if (asked == null || chosen == null) {
            throw new IllegalArgumentException("--base needs --queries and --metric beside it");
        }
        String name = base.getFileName().toString().replaceAll("(\\.gz|\\.[a-z0-9]+)+$", "");
        return new VectorSetFiles(name, base, asked, truth != null ? truth : hdf5 ? base : null, chosen, 0, 0);
    }

    private static VectorSetFiles named(String name, @Nullable Metric metric, Path cache, Consumer<String> log)
            throws IOException {
        Path folder = Path.of(name);
        if (Files.isDirectory(folder)) {
            return SetFolder.read(folder, metric);
        }
        PublicSet known = PublicSet.byName(name).orElseThrow(() -> new IllegalArgumentException(
                "no folder and no public set " + name + "; known are " + PublicSet.all().stream().map(PublicSet::name).toList()));
        Path file = new Download(log).fetch(known.address(), cache.resolve("downloads").resolve(name + ".hdf5"));
        return new VectorSetFiles(name, file, file, file, metric == null ? known.metric() : metric, 0, 0);
    }

    /// The folder given by `--dataset`, which may bring filters; null if the set came otherwise.
    @Nullable
    Path folder() {
        return dataset != null && Files.isDirectory(Path.of(dataset)) ? Path.of(dataset) : null;
    }
}
