package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.TopK;
import dev.kith.core.batch.BatchScorers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What recall an index reaches at which effort, measured on queries with known answers: so that a user asks for a recall and
/// not for a number of lists.
///
/// @param k answers the recall is about
/// @param rungs cheapest first, each with more recall than the one before
public record EffortTable(int k, List<Rung> rungs) {
    private static final float[] CONFIDENCES = {1.0f, 1.6f, 2.2f, 3.0f};
    private static final double GROWTH = 1.5;
    private static final double ENOUGH = 0.9995;
    /// An exact distance costs about as much as this many codes.
    private static final double CODES_PER_EXACT = 24;

    /// One effort and what it gave.
    ///
    /// @param recall share of the true k nearest that were answered, averaged over the queries
    /// @param cost codes scanned and exact distances computed a query, in codes
    public record Rung(SearchEffort effort, double recall, double cost) {
    }

    /// Copies the rungs.
    public EffortTable {
        if (k < 1 || rungs.isEmpty()) {
            throw new IllegalArgumentException("a table needs k of at least 1 and a rung, had k " + k + " and " + rungs.size());
        }
        rungs = List.copyOf(rungs);
    }

    /// The cheapest effort that reached a recall, or the most thorough one measured if none did.
    ///
    /// @param recall above 0 and at most 1
    public SearchEffort forRecall(double recall) {
        if (!(recall > 0 && recall <= 1)) {
            throw new IllegalArgumentException("recall must be above 0 and at most 1, was " + recall);
        }
        for (Rung rung : rungs) {
            if (rung.recall >= recall) {
                return rung.effort;
            }
        }
        return rungs.getLast().effort;
    }

    /// Measures with rows of the index as queries, each looking for its neighbours but not for itself. Queries from elsewhere
    /// can be harder: [#measure(IvfPqIndex, DenseVectors, float[][], int, BuildControl)] takes them.
    ///
    /// @param queries how many rows to ask with; 200 settle a recall to about one point
    public static EffortTable measure(IvfPqIndex index, DenseVectors vectors, int queries, int k, long seed,
            BuildControl control) {
        int[] picks = IvfBuilder.sample(vectors.count(), Math.min(queries, vectors.count()), seed);
        float[][] rows = new float[picks.length][vectors.dimension()];
        for (int i = 0; i < picks.length; i++) {
            vectors.copyRow(picks[i], rows[i]);
        }
        return measure(index, vectors, rows, picks, k, control);
    }

    /// Measures with given queries.
    public static EffortTable measure(IvfPqIndex index, DenseVectors vectors, float[][] queries, int k, BuildControl control) {
        int[] none = new int[queries.length];
        java.util.Arrays.fill(none, -1);
        return measure(index, vectors, queries, none, k, control);
    }

    private static EffortTable measure(IvfPqIndex index, DenseVectors vectors, float[][] queries, int[] selves, int k,
            BuildControl control) {
        if (queries.length == 0 || vectors.count() != index.size()) {
            throw new IllegalArgumentException("at least one query and the vectors of the index are needed: " + queries.length
                    + " queries, " + vectors.count() + " vectors, index of " + index.size());
        }
        Trial trial = new Trial(index, vectors, queries, selves, k, truth(vectors, queries, k + 1));
        List<Rung> all = new ArrayList<>();
        double best = 0;
        for (double nprobe = 1; best < ENOUGH; nprobe = Math.max(nprobe + 1, nprobe * GROWTH)) {
            int lists = (int) Math.min(index.nlist(), nprobe);
            for (float confidence : CONFIDENCES) {
                control.checkCancelled();
                Rung rung = trial.run(new SearchEffort(lists, 100 * k, 100 * k, confidence, 1f));
                all.add(rung);
                best = Math.max(best, rung.recall);
            }
            if (lists == index.nlist()) {
                break;
            }
        }
        return new EffortTable(k, front(all));
    }

    /// Those rungs that no cheaper one equals, cheapest first.
    private static List<Rung> front(List<Rung> all) {
        all.sort(Comparator.comparingDouble(Rung::cost).thenComparing(Comparator.comparingDouble(Rung::recall).reversed()));
        List<Rung> front = new ArrayList<>();
        for (Rung rung : all) {
            if (front.isEmpty() || rung.recall > front.getLast().recall) {
                front.add(rung);
            }
        }
        return front;
    }

    private static long[][] truth(DenseVectors vectors, float[][] queries, int k) {
        float[] flat = new float[queries.length * vectors.dimension()];
        for (int i = 0; i < queries.length; i++) {
            System.arraycopy(queries[i], 0, flat, i * vectors.dimension(), vectors.dimension());
        }
        return BatchScorers.cpu().nearest(vectors, flat, queries.length, k, AcceptOrdinals.all(vectors.count()));
    }

    private record Trial(IvfPqIndex index, DenseVectors vectors, float[][] queries, int[] selves, int k, long[][] truth) {
        Rung run(SearchEffort effort) {
            double recall = 0;
            double cost = 0;
            TopK found = new TopK(k + 1);
            for (int i = 0; i < queries.length; i++) {
                found.clear();
                SearchStats stats = index.search(queries[i], vectors.scorer(queries[i]), effort, null, found);
                recall += recall(truth[i], found, selves[i]);
                cost += stats.codes() + CODES_PER_EXACT * stats.exact();
            }
            return new Rung(effort, recall / queries.length, cost / queries.length);
        }

        /// By distance, so that ties count; the row that asks does not.
        private double recall(long[] exact, TopK found, int self) {
            int wanted = 0;
            float farthest = Float.NEGATIVE_INFINITY;
            for (long key : exact) {
                if (TopK.ordinal(key) != self && wanted < k) {
                    wanted++;
                    farthest = TopK.distance(key);
                }
            }
            float bound = farthest + 1e-5f * Math.abs(farthest) + 1e-7f;
            int hits = 0;
            for (long key : found.toSortedKeys()) {
                hits += TopK.ordinal(key) != self && TopK.distance(key) <= bound ? 1 : 0;
            }
            return wanted == 0 ? 1 : Math.min(hits, wanted) / (double) wanted;
        }
    }
}
