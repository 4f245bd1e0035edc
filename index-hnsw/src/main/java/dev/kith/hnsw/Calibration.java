package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import dev.kith.core.batch.BatchScorers;

/// What `efSearch` the built graph needs for a recall: measured on a sample of its own vectors, each searched for as if it
/// were a query and not counted as an answer, against an exact scan. Queries that are unlike the vectors (other texts, other
/// languages) need more.
///
/// @param ef90 smallest measured `efSearch` with a mean recall@10 of 0.90; 0 if none was enough or nothing was measured
/// @param ef95 the same for 0.95
/// @param ef99 the same for 0.99
record Calibration(int ef90, int ef95, int ef99) {
    static final Calibration NONE = new Calibration(0, 0, 0);
    private static final int K = 10;
    /// Vectors of the sample that share a scan: what fills the tiles, and little enough work to be cancelled in time.
    private static final int GROUP = 32;
    private static final int[] EFS = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640, 896, 1280};
    private static final int MIN_SIZE = 1000;
    private static final int MAX_SAMPLE = 128;
    private static final int MIN_SAMPLE = 24;
    /// Distances the exact scans may take in all, beyond the least sample.
    private static final long SCAN_BUDGET = 20_000_000;

    static Calibration of(HnswIndex index, VectorSource vectors, BuildControl control) {
        int size = index.size();
        if (size < MIN_SIZE) {
            return NONE;
        }
        int count = (int) Math.clamp(SCAN_BUDGET / size, MIN_SAMPLE, MAX_SAMPLE);
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            sample[i] = (int) ((2L * i + 1) * size / (2L * count));
        }
        float[] limits = limits(vectors, sample, control);
        int[] found = new int[3];
        double[] targets = {0.90, 0.95, 0.99};
        int target = 0;
        for (int i = 0; i < EFS.length && target < 3 && EFS[i] < size; i++) {
            control.checkCancelled();
            double recall = recall(index, vectors, sample, limits, EFS[i]);
            while (target < 3 && recall >= targets[target]) {
                found[target++] = EFS[i];
            }
        }
        return new Calibration(found[0], found[1], found[2]);
    }

    /// The distance of the tenth nearest other vector of each. Raw vectors are scanned for a group of the sample at a time.
    private static float[] limits(VectorSource vectors, int[] sample, BuildControl control) {
        float[] limits = new float[sample.length];
        if (!(vectors instanceof DenseVectors raw)) {
            for (int i = 0; i < sample.length; i++) {
                control.checkCancelled();
                limits[i] = tenth(vectors.scorer(sample[i]), sample[i]);
            }
            return limits;
        }
        BatchScorer given = control.batchScorer();
        BatchScorer batch = given == null ? BatchScorers.cpu() : given;
        int dimension = raw.dimension();
        float[] row = new float[dimension];
        for (int from = 0; from < sample.length; from += GROUP) {
            control.checkCancelled();
            int count = Math.min(GROUP, sample.length - from);
            float[] queries = new float[count * dimension];
            for (int i = 0; i < count; i++) {
                raw.copyRow(sample[from + i], row);
                System.arraycopy(row, 0, queries, i * dimension, dimension);
            }
            long[][] keys = batch.nearest(raw, queries, count, K + 1, AcceptOrdinals.all(raw.count()));
            for (int i = 0; i < count; i++) {
                limits[from + i] = TopK.distance(tenthOther(keys[i], sample[from + i]));
            }
        }
        return limits;
    }

    /// The tenth of eleven keys, one of which may be the query's own; among many equal ones it need not be there.
    private static long tenthOther(long[] keys, int self) {
        for (long key : keys) {
            if (TopK.ordinal(key) == self) {
                return keys[K];
            }
        }
        return keys[K - 1];
    }

    /// The distance of the tenth nearest other vector.
    private static float tenth(Scorer scorer, int self) {
        TopK nearest = new TopK(K);
        float[] distances = new float[1024];
        for (int from = 0; from < scorer.size(); from += distances.length) {
            int n = Math.min(distances.length, scorer.size() - from);
            scorer.scoreRange(from, n, distances);
            for (int i = 0; i < n; i++) {
                if (from + i != self) {
                    nearest.offer(distances[i], from + i);
                }
            }
        }
        return nearest.worstDistance();
    }

    private static double recall(HnswIndex index, VectorSource vectors, int[] sample, float[] limits, int ef) {
        long hits = 0;
        for (int i = 0; i < sample.length; i++) {
            TopK nearest = new TopK(K + 1);
            index.search(vectors.scorer(sample[i]), K + 1, ef, null, nearest);
            int counted = 0;
            for (long key : nearest.toSortedKeys()) {
                if (TopK.ordinal(key) != sample[i] && counted < K) {
                    counted++;
                    hits += TopK.distance(key) <= limits[i] ? 1 : 0;
                }
            }
        }
        return (double) hits / ((long) K * sample.length);
    }

    /// The smallest measured `efSearch` for at least that recall.
    ///
    /// @param size nodes of the graph; what is returned where nothing smaller is known to be enough
    int efSearchFor(double recall, int size) {
        int ef = recall <= 0.90 ? ef90 : recall <= 0.95 ? ef95 : ef99;
        if (ef == 0) {
            return Math.max(1, size);
        }
        // between 0.99 and 1 the misses halve when ef about doubles
        double factor = recall <= 0.99 ? 1 : 0.01 / (1 - recall);
        return (int) Math.min(Math.max(1, size), Math.ceil(ef * factor));
    }
}
