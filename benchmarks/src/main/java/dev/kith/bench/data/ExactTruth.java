package dev.kith.bench.data;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Exact neighbours by scanning every row: candidates by the float kernels with room to spare, then ranked in double.
public final class ExactTruth {
    private static final int BLOCK = 1024;
    /// Extra candidates that absorb the float kernels' rounding at the border.
    private static final int SPARE = 64;

    private ExactTruth() {}

    /// For each query the `k` nearest accepted rows, nearest first; shorter rows are padded with -1. Uses all cores.
    public static int[][] compute(DenseVectors vectors, float[][] queries, int k, AcceptOrdinals accept) {
        int[] accepted = accept.cardinality() == vectors.count() ? null : ordinals(accept);
        int[][] truth = new int[queries.length][];
        IntStream.range(0, queries.length).parallel().forEach(i -> truth[i] = one(vectors, queries[i], k, accepted));
        return truth;
    }

    private static int[] ordinals(AcceptOrdinals accept) {
        int[] ordinals = new int[accept.cardinality()];
        int n = accept.next(0, ordinals);
        return Arrays.copyOf(ordinals, n);
    }

    private static int[] one(DenseVectors vectors, float[] query, int k, int @org.jspecify.annotations.Nullable [] accepted) {
        TopK nearest = new TopK(k + SPARE);
        Scorer scorer = vectors.scorer(query);
        float[] distances = new float[BLOCK];
        int[] block = new int[BLOCK];
        int total = accepted == null ? vectors.count() : accepted.length;
        for (int from = 0; from < total; from += BLOCK) {
            int n = Math.min(BLOCK, total - from);
            if (accepted == null) {
                scorer.scoreRange(from, n, distances);
                for (int i = 0; i < n; i++) {
                    block[i] = from + i;
                }
            } else {
                System.arraycopy(accepted, from, block, 0, n);
                scorer.score(block, n, distances);
            }
            nearest.offerAll(block, distances, n);
        }
        return rank(vectors, query, k, nearest.toSortedKeys());
    }

    private static int[] rank(DenseVectors vectors, float[] query, int k, long[] keys) {
        record Candidate(int ordinal, double distance) {}
        Candidate[] candidates = new Candidate[keys.length];
        for (int i = 0; i < keys.length; i++) {
            int ordinal = TopK.ordinal(keys[i]);
            candidates[i] = new Candidate(ordinal,
                    DoubleDistance.of(vectors.metric(), query, vectors.rows(), vectors.rowOffset(ordinal)));
        }
        Arrays.sort(candidates, (a, b) -> a.distance != b.distance
                ? Double.compare(a.distance, b.distance)
                : Integer.compare(a.ordinal, b.ordinal));
        int[] ids = new int[k];
        for (int i = 0; i < k; i++) {
            ids[i] = i < candidates.length ? candidates[i].ordinal : -1;
        }
        return ids;
    }
}
