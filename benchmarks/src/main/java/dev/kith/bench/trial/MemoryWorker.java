package dev.kith.bench.trial;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.core.DenseVectors;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/// The process that is measured: loads a set while it searches, builds the index, searches on two threads with and without a filter,
/// and says on standard output what it gave up. What it found is judged last, when nothing is measured any more.
public final class MemoryWorker {
    private static final int K = 10;
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)(?s:.*?)peak=(\\d+)KB");
    private static final Pattern PART = Pattern.compile("-\\s+([A-Z][A-Za-z ]+) \\(reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern COMPILER = Pattern.compile("Compiler \\(reserved(?s:.*?)arena=\\d+KB #\\d+\\) \\(peak=(\\d+)KB");
    /// The line after which nothing is measured.
    static final String DONE = "measured";
    /// Before the most bytes of native allocations.
    static final String NATIVE = "native-bytes ";

    private MemoryWorker() {}

    /// @param args folder of the set, folder of the database, budget in bytes or `Long.MAX_VALUE`, seconds of searching, rows
    public static void main(String[] args) throws Exception {
        VectorSet set = VectorSet.open(Path.of(args[0]));
        float[][] queries = set.queries();
        int[][] answers = new int[queries.length][];
        Options options = Options.defaults().withMemoryBytes(Long.parseLong(args[2]));
        try (Arena arena = Arena.ofShared(); Database database = Kith.open(Path.of(args[1]), options)) {
            DenseVectors vectors = set.vectors(arena);
            Collection collection = Rows.collection(database, set);
            int rows = Integer.parseInt(args[4]);
            long start = System.nanoTime();
            for (int from = 0; from < rows; from += 500) {
                collection.upsert(Rows.records(vectors, from, Math.min(rows, from + 500)));
                search(collection, queries, from / 500 % queries.length);
            }
            collection.optimize();
            say("loaded and indexed in %.1f s", (System.nanoTime() - start) / 1e9);
            long end = System.nanoTime() + Long.parseLong(args[3]) * 1_000_000_000L;
            Thread other = Thread.ofPlatform().start(() -> {
                for (int q = 0; System.nanoTime() < end; q = (q + 1) % queries.length) {
                    collection.search(Query.nearest(Rows.FIELD, queries[q]).k(K).filter(Filter.lt("group", 70)));
                }
            });
            long searches = 0;
            while (System.nanoTime() < end || searches < queries.length) {
                int q = (int) (searches++ % queries.length);
                answers[q] = search(collection, queries, q);
            }
            other.join();
            CollectionStats.Memory memory = collection.stats().memory();
            say("searches of one thread: %,d in %s s", searches, args[3]);
            say("builds took at most %.1f MB by their estimates", memory.mostBuildBytes() / 1e6);
            say("given up: %s", memory.givenUp().isEmpty() ? "nothing" : String.join("; ", memory.givenUp()));
            sayNative();
            say(DONE);
            if (rows < vectors.count()) {
                return;
            }
            int[][] truth = set.truth();
            RecallJudge judge = new RecallJudge(vectors, queries, truth, K);
            RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
            for (int q = 0; q < queries.length; q++) {
                hits = hits.plus(judge.judge(q, answers[q], null));
            }
            say("recall of the default effort: %.4f", hits.recall());
        }
    }

    private static int[] search(Collection collection, float[][] queries, int q) {
        return collection.search(Query.nearest(Rows.FIELD, queries[q]).k(K)).hits().stream()
                .mapToInt(hit -> Integer.parseInt(hit.id())).toArray();
    }

    /// What the JVM's own tracking says: native allocations of Java code, and what it took for itself.
    private static void sayNative() throws Exception {
        String text = ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                new Object[]{new String[]{"summary"}},
                new String[]{String[].class.getName()}).toString();
        Matcher other = OTHER.matcher(text);
        if (!other.find()) {
            throw new IllegalStateException("the JVM does not tell its native allocations: " + text);
        }
        say("%s%d", NATIVE, Long.parseLong(other.group(2)) * 1024);
        Matcher part = PART.matcher(text);
        StringBuilder own = new StringBuilder();
        while (part.find()) {
            double megabytes = Long.parseLong(part.group(2)) * 1024 / 1e6;
            if (megabytes >= 1 && !part.group(1).equals("Java Heap") && !part.group(1).equals("Other")) {
                own.append(String.format(Locale.ROOT, " %s %.1f,", part.group(1), megabytes));
            }
        }
        Matcher compiler = COMPILER.matcher(text);
        say("the JVM itself, MB at the end:%s and compilers at the most %s", own,
                compiler.find() ? String.format(Locale.ROOT, "%.1f", Long.parseLong(compiler.group(1)) * 1024 / 1e6) : "unknown");
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
