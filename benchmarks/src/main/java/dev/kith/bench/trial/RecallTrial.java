package dev.kith.bench.trial;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Explanation.PartPlan;
import dev.kith.Hit;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.RecallEstimate;
import dev.kith.bench.data.ExactTruth;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What recall searches get that ask for one, by kind of query, beside the least effort that would have reached it; and the same
/// once the checks in the background have learned from queries of that kind. Queries that are learned from are not judged.
public final class RecallTrial {
    private static final double[] ASKED = {0.90, 0.95, 0.99};

    private final VectorSet set;
    private final Map<String, int[]> kinds;
    private final int k;
    private final int learnSeconds;
    private final PrintWriter out;
    private final float[][] queries;

    /// @param kinds numbers of the queries of each kind
    /// @param k answers of a query, at most as many as the set has exact neighbours for
    /// @param learnSeconds how long the checks may learn from each kind and recall; 0 leaves that out
    public RecallTrial(VectorSet set, Map<String, int[]> kinds, int k, int learnSeconds, PrintWriter out) throws IOException {
        this.set = set;
        this.kinds = kinds;
        this.k = k;
        this.learnSeconds = learnSeconds;
        this.out = out;
        this.queries = set.queries();
    }

    /// Runs it in an empty folder.
    public void run(Path folder, Options options) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            int[][] truth = ExactTruth.compute(vectors, queries, k, AcceptOrdinals.all(vectors.count()));
            RecallJudge judge = new RecallJudge(vectors, queries, truth, k);
            try (Database database = Kith.open(folder, options.withRecallChecks(0))) {
                Collection collection = Rows.collection(database, set);
                Rows.load(collection, vectors, 500);
                collection.optimize();
            }
            out.println(
                    "| set | queries | asked | recall | efSearch | least efSearch for it | searches/s | learned: recall | factor |");
            out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|");
            for (Map.Entry<String, int[]> kind : kinds.entrySet()) {
                for (double asked : ASKED) {
                    line(folder, options, judge, kind, asked);
                }
            }
        }
    }

    private void line(Path folder, Options options, RecallJudge judge, Map.Entry<String, int[]> kind, double asked) {
        int[] all = kind.getValue();
        int[] judged = Arrays.copyOfRange(all, 0, (all.length + 1) / 2);
        int[] learned = Arrays.copyOfRange(all, (all.length + 1) / 2, all.length);
        try (Database database = Kith.open(folder, options.withRecallChecks(0))) {
            Collection collection = database.collection(Rows.COLLECTION);
            Seen seen = ask(collection, judge, judged, Effort.recall(asked));
            print("| %s | %s, %d | %.2f | %.4f | %d | %d | %,.0f |", set.name(), kind.getKey(), judged.length, asked,
                    seen.recall, effort(collection, asked), least(collection, judge, judged, asked), seen.perSecond);
        }
        if (learnSeconds == 0 || learned.length == 0) {
            out.println(" | |");
            out.flush();
            return;
        }
        try (Database database = Kith.open(folder, options.withRecallChecks(0.5))) {
            Collection collection = database.collection(Rows.COLLECTION);
            long end = System.nanoTime() + learnSeconds * 1_000_000_000L;
            while (System.nanoTime() < end) {
                ask(collection, judge, learned, Effort.recall(asked));
            }
            Seen seen = ask(collection, judge, judged, Effort.recall(asked));
            List<RecallEstimate> estimates = collection.stats().recall();
            print(" %.4f | %.2f |%n", seen.recall, estimates.isEmpty() ? 1.0 : estimates.getFirst().factor());
        }
    }

    private void print(String format, Object... values) {
        out.print(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    private record Seen(double recall, double perSecond) {}

    private Seen ask(Collection collection, RecallJudge judge, int[] numbers, Effort effort) {
        RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
        long nanos = 0;
        for (int q : numbers) {
            long start = System.nanoTime();
            List<Hit> found = collection.search(Query.nearest(Rows.FIELD, queries[q]).k(k).effort(effort)).hits();
            nanos += System.nanoTime() - start;
            hits = hits.plus(judge.judge(q, found.stream().mapToInt(h -> Integer.parseInt(h.id())).toArray(), null));
        }
        return new Seen(hits.recall(), numbers.length * 1e9 / nanos);
    }

    /// Candidates kept for a recall in the first segment.
    private int effort(Collection collection, double asked) {
        List<PartPlan> parts = collection.explain(Query.nearest(Rows.FIELD, queries[0]).k(k).recall(asked)).clauses().getFirst()
                .parts();
        return parts.getFirst().candidates();
    }

    /// The least efSearch, in steps of a twentieth, that has that recall on these queries.
    private int least(Collection collection, RecallJudge judge, int[] numbers, double asked) {
        for (int ef = k; ef < set.rows(); ef += Math.max(1, ef / 20)) {
            if (ask(collection, judge, numbers, Effort.efSearch(ef)).recall >= asked) {
                return ef;
            }
        }
        return set.rows();
    }
}
