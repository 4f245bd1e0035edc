package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.TopK;
import dev.kith.core.batch.BatchScorers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What recall an index reaches at which effort, measured on queries with known answers: so that a user asks for a recall and
/// not for a number of lists.
///
/// @param k answers the recall is about
/// @param rungs cheapest first, each with more recall than the one before
public record EffortTable(int k, List<Rung> rungs) {
    /// Most rungs of a table.
    public static final int MAX_RUNGS = 24;
    /// Bytes of the table in a file: room for every rung, those that are not there zero.
    static final int BYTES = 32 * MAX_RUNGS;
    private static final float[] CONFIDENCES = {1.6f, 2.4f};
    private static final double GROWTH = 1.5;
    private static final double ENOUGH = 0.998;
    /// An exact distance costs about as much as this many codes.
    private static final double CODES_PER_EXACT = 24;

    /// One effort and what it gave.
    ///
    /// @param recall share of the true k nearest that were answered, averaged over the queries
    /// @param cost codes scanned and exact distances computed a query, in codes
    public record Rung(SearchEffort effort, double recall, double cost) {
        /// Checks the ranges.
        public Rung {
            if (!(recall >= 0 && recall <= 1 && cost >= 0)) {
                throw new IllegalArgumentException("recall must be 0 to 1 and cost at least 0, were " + recall + " and " + cost);
            }
        }

        private static Rung read(MemorySegment from) {
            SearchEffort effort = new SearchEffort(from.get(IvfHeader.INT, 0), from.get(IvfHeader.INT, 4),
                    from.get(IvfHeader.INT, 8), from.get(IvfHeader.FLOAT, 12), from.get(IvfHeader.FLOAT, 16));
            return new Rung(effort, from.get(IvfHeader.FLOAT, 20), from.get(IvfHeader.FLOAT, 24));
        }

        private void write(MemorySegment to) {
            to.set(IvfHeader.INT, 0, effort.nprobe());
            to.set(IvfHeader.INT, 4, effort.candidates());
            to.set(IvfHeader.INT, 8, effort.rerank());
            to.set(IvfHeader.FLOAT, 12, effort.confidence());
            to.set(IvfHeader.FLOAT, 16, effort.reach());
            to.set(IvfHeader.FLOAT, 20, (float) recall);
            to.set(IvfHeader.FLOAT, 24, (float) cost);
        }
    }

    /// Copies the rungs.
    public EffortTable {
        if (k < 1 || rungs.isEmpty() || rungs.size() > MAX_RUNGS) {
            throw new IllegalArgumentException("a table needs k of at least 1 and 1 to " + MAX_RUNGS + " rungs, had k " + k
                    + " and " + rungs.size());
        }
        rungs = List.copyOf(rungs);
    }

    /// The table behind the header of an index, or null if it has none.
    static @Nullable EffortTable read(MemorySegment index) throws CorruptBytesException {
        int count = index.get(IvfHeader.INT, IvfHeader.offsetOf("rungs"));
        int k = index.get(IvfHeader.INT, IvfHeader.offsetOf("rungsK"));
        if (count == 0) {
            return null;
        }
        List<Rung> rungs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = IvfHeader.BYTES + 32L * i;
            try {
                rungs.add(Rung.read(index.asSlice(at, 32)));
            } catch (IllegalArgumentException e) {
                throw new CorruptBytesException("rung " + i, at, "a possible effort", String.valueOf(e.getMessage()));
            }
        }
        try {
            return new EffortTable(k, rungs);
        } catch (IllegalArgumentException e) {
            throw new CorruptBytesException("rungsK", IvfHeader.offsetOf("rungsK"), "at least 1", "" + k);
        }
    }

    /// Writes the rungs behind the header of an index; the header must be told their number.
    void write(MemorySegment index) {
        for (int i = 0; i < rungs.size(); i++) {
            rungs.get(i).write(index.asSlice(IvfHeader.BYTES + 32L * i, 32));
        }
    }

    /// The cheapest effort that reached a recall, or the most thorough one measured if none did. Recall was measured with rows
    /// of the index as queries; queries unlike the rows reach less.
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
        Arrays.fill(none, -1);
        return measure(index, vectors, queries, none, k, control);
    }

    private static EffortTable measure(IvfPqIndex index, DenseVectors vectors, float[][] queries, int[] selves, int k,
            BuildControl control) {
        if (queries.length == 0 || vectors.count() != index.size()) {
            throw new IllegalArgumentException("at least one query and the vectors of the index are needed: " + queries.length
                    + " queries, " + vectors.count() + " vectors, index of " + index.size());
        }
        Trial trial = new Trial(index, vectors, queries, selves, k, truth(vectors, queries, k + 1, control.batchScorer()));
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
        int dropped = Math.max(0, front.size() - MAX_RUNGS); // the cheapest, which reach too little to be asked for
        return front.subList(dropped, front.size());
    }

    private static long[][] truth(DenseVectors vectors, float[][] queries, int k, @Nullable BatchScorer batch) {
        float[] flat = new float[queries.length * vectors.dimension()];
        for (int i = 0; i < queries.length; i++) {
            System.arraycopy(queries[i], 0, flat, i * vectors.dimension(), vectors.dimension());
        }
        BatchScorer scorer = batch == null ? BatchScorers.cpu() : batch;
        return scorer.nearest(vectors, flat, queries.length, k, AcceptOrdinals.all(vectors.count()));
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
