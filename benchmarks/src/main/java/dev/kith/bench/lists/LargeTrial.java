package dev.kith.bench.lists;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.FileSink;
import dev.kith.bench.harness.Memory;
import dev.kith.bench.harness.PageCache;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfBuilder;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.SearchEffort;
import dev.kith.ivfpq.SearchStats;
import dev.kith.storage.Access;
import dev.kith.storage.MappedMemory;
import dev.kith.storage.ReadAhead;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A set larger than the memory of the process: the index is built from a stream of rows and searched while the pages of the
/// vectors are dropped before every query, so that each exact distance reads its row from disk. Run it with a small heap.
///
/// Pages read are those of the vectors' mapping that became resident, by `mincore`: with the advice Kith gives for rows behind
/// lists ([Access#RANDOM]), and with none, which leaves the system to read ahead. Then the same queries with the vectors in memory, which shows that advice
/// costs nothing there, and last a scan of all rows from disk.
final class LargeTrial {
    private static final int STREAMED = 4096;
    private static final int TRAINING_ROWS_PER_LIST = 16;
    private static final int[] PROBES = {16, 32, 64, 128};
    private static final int WARM_ROUNDS = 5;
    private static final int SCANNED_ROWS = 200_000;

    /// The largest resident memory of this process since the last reset, as Linux keeps it.
    private static final class Peak {
        private static final Path RESET = Path.of("/proc/self/clear_refs");

        static void reset() throws IOException {
            if (Files.isWritable(RESET)) {
                Files.writeString(RESET, "5");
            }
        }

        static String text() throws IOException {
            long bytes = Memory.peakResident();
            return bytes < 0 ? "not told by this system" : String.format(Locale.ROOT, "%,d MB", bytes >> 20);
        }
    }

    private LargeTrial() {}

    static String run(VectorSet set, int queryCount, int k, Path folder) throws IOException {
        Path file = folder.resolve("large.ivf");
        Files.createDirectories(folder);
        Files.deleteIfExists(file);
        StringBuilder text = new StringBuilder();
        try {
            Peak.reset();
            build(set, file, text);
            text.append("Most memory resident in the process while building, mapped files included: ").append(Peak.text())
                    .append(".\n\n");
            search(set, queryCount, k, file, text);
        } finally {
            Files.deleteIfExists(file);
        }
        return text.toString();
    }

    private static void build(VectorSet set, Path file, StringBuilder text) throws IOException {
        long start = System.nanoTime();
        int nlist = (int) Math.max(1, Math.min(3 * Math.sqrt(set.rows()), set.rows() / 32));
        IvfPqParameters parameters = new IvfPqParameters(nlist, IvfPqParameters.DEFAULTS.codec(), 0, 0f, TRAINING_ROWS_PER_LIST,
                42);
        try (FileChannel rows = FileChannel.open(set.baseFile(), StandardOpenOption.READ)) {
            int sampled = Math.min(set.rows(), nlist * TRAINING_ROWS_PER_LIST);
            IvfBuilder builder = IvfBuilder.train(set.metric(), set.dimension(), sample(set, rows, sampled), sampled, parameters,
                    BuildControl.NONE);
            float[] block = new float[STREAMED * set.dimension()];
            for (int from = 0; from < set.rows(); from += STREAMED) {
                int n = Math.min(STREAMED, set.rows() - from);
                read(set, rows, from, n, block, 0);
                builder.add(block, n);
                if (from / STREAMED % 16 == 0) {
                    PageCache.drop(set.baseFile());
                }
            }
            try (FileSink sink = new FileSink(file)) {
                builder.write(sink);
            }
        }
        text.append(String.format(Locale.ROOT,
                "%,d rows of dimension %d, %,d MB; largest heap %,d MB; built from a stream in %.0f s, %d lists, index %,d MB%n%n",
                set.rows(), set.dimension(), set.rows() * set.strideBytes() >> 20, Runtime.getRuntime().maxMemory() >> 20,
                (System.nanoTime() - start) / 1e9, nlist, Files.size(file) >> 20));
    }

    private static float[] sample(VectorSet set, FileChannel rows, int count) throws IOException {
        float[] sample = new float[count * set.dimension()];
        for (int i = 0; i < count; i++) {
            read(set, rows, (int) ((long) i * set.rows() / count), 1, sample, i * set.dimension());
        }
        return sample;
    }

    private static void read(VectorSet set, FileChannel rows, int from, int count, float[] to, int at) throws IOException {
        long stride = set.strideBytes();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count * stride)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (rows.read(bytes, from * stride + bytes.position()) < 0) {
                throw new IOException("unexpected end of " + set.baseFile());
            }
        }
        for (int r = 0; r < count; r++) {
            bytes.position(Math.toIntExact(r * stride));
            bytes.asFloatBuffer().get(to, at + r * set.dimension(), set.dimension());
        }
    }

    private static void search(VectorSet set, int queryCount, int k, Path file, StringBuilder text) throws IOException {
        try (Arena arena = Arena.ofShared(); FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            IvfPqIndex index = IvfPqIndex.open(channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            DenseVectors vectors = set.vectors(arena);
            Judged judged = Judged.of(set, vectors, queryCount, k);
            text.append(String.format(Locale.ROOT, "Searches touch %,d MB of the index.%n%n", index.hotBytes() >> 20));
            if (!MappedMemory.available()) {
                text.append("This system takes no advice about pages.\n");
                return;
            }
            text.append("| nprobe | recall | exact distances | advice | pages of vectors read a query | ms a query, from disk |\n"
                    + "|---:|---:|---:|---|---:|---:|\n");
            Peak.reset();
            for (int nprobe : PROBES) {
                text.append(row(set, judged, index, nprobe, Access.RANDOM));
            }
            String most = Peak.text();
            for (int nprobe : PROBES) {
                text.append(row(set, judged, index, nprobe, Access.NORMAL));
            }
            text.append("\nMost memory resident in the process while searching with advice: ").append(most).append(".\n\n");
            warm(judged, index, text);
            scans(set, judged, text);
        }
    }

    /// The same queries with every page in memory: rounds of both advices in turn, the least time of each.
    private static void warm(Judged judged, IvfPqIndex index, StringBuilder text) {
        DenseVectors vectors = judged.vectors();
        Access[] accesses = {Access.RANDOM, Access.NORMAL};
        double[] best = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        for (int round = 0; round < WARM_ROUNDS; round++) {
            for (int a = 0; a < accesses.length; a++) {
                MappedMemory.advise(vectors.rows(), accesses[a]);
                best[a] = Math.min(best[a], judged.ask(index, SearchEffort.of(PROBES[1], 100 * judged.k())).micros());
            }
        }
        text.append(
                String.format(Locale.ROOT, "In memory, nprobe %d: %.1f us a query with advice, %.1f us without.%n%n", PROBES[1],
                        best[0], best[1]));
    }

    private static void scans(VectorSet set, Judged judged, StringBuilder text) throws IOException {
        text.append("| scan of all rows from disk | ms |\n|---|---:|\n");
        MemorySegment rows = judged.vectors().rows();
        MappedMemory.advise(rows, Access.NORMAL);
        text.append(scan(set, judged, "no advice", null));
        MappedMemory.advise(rows, Access.RANDOM);
        text.append(scan(set, judged, "advised, page by page", null));
        text.append(scan(set, judged, "advised, asked for ahead", ReadAhead.of(rows)));
    }

    private static String scan(VectorSet set, Judged judged, String how, @Nullable ReadAhead ahead) throws IOException {
        DenseVectors vectors = judged.vectors();
        forget(vectors.rows(), set.baseFile());
        Scorer scorer = vectors.scorer(judged.queries()[0]);
        float[] distances = new float[64];
        long start = System.nanoTime();
        int rows = Math.min(vectors.count(), SCANNED_ROWS);
        for (int from = 0; from < rows; from += distances.length) {
            if (ahead != null) {
                ahead.reach(from * vectors.strideBytes());
            }
            scorer.scoreRange(from, Math.min(distances.length, rows - from), distances);
        }
        return String.format(Locale.ROOT, "| %s (%,d rows) | %.1f |%n", how, rows, (System.nanoTime() - start) / 1e6);
    }

    private static String row(VectorSet set, Judged judged, IvfPqIndex index, int nprobe, Access access) throws IOException {
        DenseVectors vectors = judged.vectors();
        SearchEffort effort = SearchEffort.of(nprobe, 100 * judged.k());
        TopK found = new TopK(judged.k());
        double hits = 0;
        long pages = 0;
        long exact = 0;
        long nanos = 0;
        MappedMemory.advise(vectors.rows(), access);
        for (int q = 0; q < judged.queries().length; q++) {
            forget(vectors.rows(), set.baseFile());
            found.clear();
            long start = System.nanoTime();
            SearchStats stats = index.search(judged.queries()[q], vectors.scorer(judged.queries()[q]), effort, null, found);
            nanos += System.nanoTime() - start;
            pages += PageCache.residentPages(vectors.rows());
            exact += stats.exact();
            int[] ordinals = Arrays.stream(found.toSortedKeys()).mapToInt(TopK::ordinal).toArray();
            hits += judged.reached(q, ordinals, ordinals.length);
        }
        double n = judged.queries().length;
        return String.format(Locale.ROOT, "| %d | %.3f | %.0f | %s | %.0f | %.2f |%n", nprobe, hits / n, exact / n,
                access == Access.RANDOM ? "random" : "none", pages / n, nanos / n / 1e6);
    }

    /// Unmaps the pages from this process first: the system keeps what is mapped.
    private static void forget(MemorySegment mapped, Path file) throws IOException {
        PageCache.unload(mapped);
        PageCache.drop(file);
    }
}
