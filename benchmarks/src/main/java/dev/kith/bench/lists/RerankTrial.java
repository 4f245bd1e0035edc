package dev.kith.bench.lists;

import dev.kith.bench.engine.FileSink;
import dev.kith.bench.harness.PageCache;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.RerankRows;
import dev.kith.ivfpq.RoundedLists;
import dev.kith.ivfpq.SearchEffort;
import dev.kith.ivfpq.SearchStats;
import dev.kith.storage.Access;
import dev.kith.storage.MappedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The same lists with candidates ranked by float32 vectors, and by rounded rows of two kinds and then the vectors of the best
/// ([RoundedLists]), each mapped from its file, in turn: first with everything in memory, then with the pages of rows and vectors dropped
/// before every query.
final class RerankTrial {
    private static final int[] PROBES = {16, 64, 256};
    private static final int ROUNDS = 3;
    private static final int COLD_QUERIES = 40;

    private final Judged set;
    private final IvfPqIndex index;
    private final Path vectorsFile;
    private final List<Source> sources = new ArrayList<>();

    private RerankTrial(Judged set, IvfPqIndex index, Path vectorsFile) {
        this.set = set;
        this.index = index;
        this.vectorsFile = vectorsFile;
        sources.add(new Source("float32", set.vectors().strideBytes(), MemorySegment.NULL, vectorsFile, null));
    }

    /// What ranks.
    ///
    /// @param rows their memory, or NULL for the vectors
    /// @param lists null for the vectors
    private record Source(String name, long rowBytes, MemorySegment rows, Path file,
            @Nullable RoundedLists lists) {}

    /// A Markdown table.
    ///
    /// @param vectorsFile of which the set's vectors are the mapping
    /// @param folder receives the rounded rows, and loses them again
    static String run(Judged set, Path vectorsFile, Path folder) throws IOException {
        RerankTrial trial = new RerankTrial(set, IvfPqIndex.build(set.vectors(), IvfPqParameters.DEFAULTS, BuildControl.NONE),
                vectorsFile);
        Files.createDirectories(folder);
        try (Arena arena = Arena.ofShared()) {
            for (RerankRows.Kind kind : RerankRows.Kind.values()) {
                Path file = folder.resolve("rows." + kind);
                trial.add(kind, file, arena);
            }
            StringBuilder text = new StringBuilder(
                    "| ranked by | bytes a row | nprobe | recall | us a query | rows ranked | vectors read | pages of rows, cold"
                            + " | pages of vectors, cold | ms a query, cold |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
            for (int nprobe : PROBES) {
                trial.measure(nprobe, text);
            }
            return text.toString();
        } finally {
            for (RerankRows.Kind kind : RerankRows.Kind.values()) {
                Files.deleteIfExists(folder.resolve("rows." + kind));
            }
        }
    }

    private void add(RerankRows.Kind kind, Path file, Arena arena) throws IOException {
        DenseVectors vectors = set.vectors();
        Files.deleteIfExists(file);
        try (FileSink sink = new FileSink(file)) {
            RerankRows.write(vectors, kind, sink);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            RerankRows rows = RerankRows.open(channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            sources.add(new Source(kind.name().toLowerCase(Locale.ROOT), rows.memory().byteSize() / rows.size(), rows.memory(),
                    file, new RoundedLists(index, rows)));
        }
    }

    private SearchStats search(Source source, int nprobe, float[] query, TopK into) {
        SearchEffort effort = SearchEffort.of(nprobe, 100 * set.k());
        RoundedLists lists = source.lists();
        return lists == null
                ? index.search(query, set.vectors().scorer(query), effort, null, into)
                : lists.nearest(query, set.vectors().scorer(query), effort, null, Float.POSITIVE_INFINITY, into);
    }

    private void measure(int nprobe, StringBuilder text) throws IOException {
        double[] micros = new double[sources.size()];
        Judged.Outcome[] outcomes = new Judged.Outcome[sources.size()];
        for (int round = 0; round < ROUNDS; round++) {
            for (int s = 0; s < sources.size(); s++) {
                Source source = sources.get(s);
                Judged.Outcome outcome = set.ask((query, into) -> search(source, nprobe, query, into));
                micros[s] = round == 0 ? outcome.micros() : Math.min(micros[s], outcome.micros());
                outcomes[s] = outcome;
            }
        }
        for (int s = 0; s < sources.size(); s++) {
            text.append(String.format(Locale.ROOT, "| %s | %,d | %d | %.4f | %.1f | %s |%n", sources.get(s).name(),
                    sources.get(s).rowBytes(), nprobe, outcomes[s].recall(), micros[s], cold(sources.get(s), nprobe)));
        }
    }

    /// The columns from the ranked rows on.
    private String cold(Source source, int nprobe) throws IOException {
        MemorySegment vectors = set.vectors().rows();
        boolean advised = MappedMemory.advise(vectors, Access.RANDOM);
        if (source.lists() != null) {
            MappedMemory.advise(source.rows(), Access.RANDOM);
        }
        int queries = Math.min(COLD_QUERIES, set.queries().length);
        TopK found = new TopK(set.k());
        long ranked = 0;
        long read = 0;
        long[] pages = new long[2];
        long nanos = 0;
        for (int q = 0; q < queries; q++) {
            forget(vectors, vectorsFile);
            if (source.lists() != null) {
                forget(source.rows(), source.file());
            }
            found.clear();
            long start = System.nanoTime();
            SearchStats stats = search(source, nprobe, set.queries()[q], found);
            nanos += System.nanoTime() - start;
            ranked += source.lists() == null ? stats.exact() : stats.refined();
            read += stats.exact();
            pages[0] += source.lists() == null ? 0 : PageCache.residentPages(source.rows());
            pages[1] += PageCache.residentPages(vectors);
        }
        MappedMemory.advise(vectors, Access.NORMAL);
        double n = queries;
        return advised
                ? String.format(Locale.ROOT, "%.0f | %.0f | %.0f | %.0f | %.2f", ranked / n, read / n, pages[0] / n, pages[1] / n,
                        nanos / n / 1e6)
                : String.format(Locale.ROOT, "%.0f | %.0f | - | - | -", ranked / n, read / n);
    }

    /// Unmaps the pages from this process first: the system keeps what is mapped.
    private static void forget(MemorySegment mapped, Path file) throws IOException {
        PageCache.unload(mapped);
        PageCache.drop(file);
    }
}
