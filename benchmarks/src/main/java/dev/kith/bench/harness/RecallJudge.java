package dev.kith.bench.harness;

import dev.kith.bench.data.DoubleDistance;
import dev.kith.bench.engine.AcceptSet;
import dev.kith.core.DenseVectors;
import org.jspecify.annotations.Nullable;

/// Counts right answers. An answer is right if its distance, computed here in double from the row it names, is at most
/// `d_k * (1 + 1e-3)`, where `d_k` is the distance of the true k-th neighbour; so ties and near-duplicates count, whatever
/// distance the engine claims does not matter. Ids that are repeated, not in the set or not in the filter never count, and
/// fewer than `k` answers are misses. (The threshold rule is that of ann-benchmarks; its epsilon is absolute there.)
public final class RecallJudge {
    /// Relative slack of the distance threshold.
    public static final double EPSILON = 1e-3;
    private final DenseVectors vectors;
    private final float[][] queries;
    private final int[][] truth;
    private final int k;
    private final double[] thresholds;
    private final int[] expected;

    /// @param truth exact neighbours of each query, nearest first, at least `k` a row or padded with -1
    public RecallJudge(DenseVectors vectors, float[][] queries, int[][] truth, int k) {
        if (k < 1 || truth.length == 0 || truth[0].length < k) {
            throw new IllegalArgumentException(
                    "k is " + k + ", the truth has " + (truth.length == 0 ? 0 : truth[0].length) + " neighbours a query");
        }
        this.vectors = vectors;
        this.queries = queries;
        this.truth = truth;
        this.k = k;
        this.thresholds = new double[truth.length];
        this.expected = new int[truth.length];
        for (int q = 0; q < truth.length; q++) {
            while (expected[q] < k && truth[q][expected[q]] >= 0) {
                expected[q]++;
            }
            if (expected[q] > 0) {
                double farthest = 0;
                for (int i = 0; i < expected[q]; i++) {
                    double d = distance(q, truth[q][i]);
                    farthest = i == 0 ? d : Math.max(farthest, d);
                }
                thresholds[q] = farthest + EPSILON * Math.abs(farthest);
            }
        }
    }

    /// Right answers.
    ///
    /// @param byDistance counted by distance threshold
    /// @param byId counted by exact id
    /// @param of how many there could be
    public record Hits(long byDistance, long byId, long of) {
        /// Both counts added.
        public Hits plus(Hits other) {
            return new Hits(byDistance + other.byDistance, byId + other.byId, of + other.of);
        }

        /// Recall by distance; 1 if nothing was to be found.
        public double recall() {
            return of == 0 ? 1 : (double) byDistance / of;
        }

        /// Recall by id; 1 if nothing was to be found.
        public double recallIds() {
            return of == 0 ? 1 : (double) byId / of;
        }
    }

    /// Judges the answers to one query.
    public Hits judge(int query, int[] ids, @Nullable AcceptSet accept) {
        int byDistance = 0;
        int byId = 0;
        for (int i = 0; i < Math.min(k, ids.length); i++) {
            int id = ids[i];
            if (id < 0 || id >= vectors.count() || repeated(ids, i) || (accept != null && !accept.accepts(id))) {
                continue;
            }
            if (distance(query, id) <= thresholds[query]) {
                byDistance++;
            }
            for (int j = 0; j < expected[query]; j++) {
                if (truth[query][j] == id) {
                    byId++;
                    break;
                }
            }
        }
        // Ties can put more ids within the threshold than there are places.
        return new Hits(Math.min(byDistance, expected[query]), byId, expected[query]);
    }

    /// Judges a whole run.
    public Hits judge(RunRequest request, RunResult result, @Nullable AcceptSet accept) {
        Hits sum = new Hits(0, 0, 0);
        int[] numbers = request.queries(queries.length);
        for (int i = 0; i < numbers.length; i++) {
            sum = sum.plus(judge(numbers[i], result.answers()[i], accept));
        }
        return sum;
    }

    private static boolean repeated(int[] ids, int at) {
        for (int i = 0; i < at; i++) {
            if (ids[i] == ids[at]) {
                return true;
            }
        }
        return false;
    }

    private double distance(int query, int row) {
        return DoubleDistance.of(vectors.metric(), queries[query], vectors.rows(), vectors.rowOffset(row));
    }
}
