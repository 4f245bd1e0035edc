package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import dev.kith.core.batch.BatchScorers;
import java.util.BitSet;
import java.util.stream.IntStream;

/// What `efSearch` the built graph needs for a recall: measured on a sample of its own vectors, each searched for as if it were a query
/// and not in the graph ([HnswIndex#searchWithout]), against an exact scan. A vector that is in the graph is an easier query than one
/// that is not: its own links lead to its neighbours. Queries that are unlike the vectors (other texts, other languages) need more.
///
/// Between two measured efforts the logarithm of the misses is taken to be linear in the logarithm of the effort.
///
/// @param ef90 smallest `efSearch` with a mean recall@10 of 0.90; 0 if none was enough or nothing was measured
/// @param ef95 the same for 0.95
/// @param ef99 the same for 0.99
record Calibration(int ef90, int ef95, int ef99) {
    static final Calibration NONE = new Calibration(0, 0, 0);
    private static final int K = 10;
    /// Vectors of the sample that share a scan: what fills the tiles, and little enough work to be cancelled in time.
    private static final int GROUP = 32;
    private static final int[] EFS = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640, 896, 1280};
    private static final double[] TARGETS = {0.90, 0.95, 0.99};
    private static final int MIN_SIZE = 1000;
    /// The standard error of a recall of 0.99 is then about 0.002, and the scans take about a hundredth of the build.
    private static final int MAX_SAMPLE = 512;
    private static final int MIN_SAMPLE = 64;
    private static final int NODES_PER_SAMPLE = 64;
    /// Distances that scans may take in all where they cannot share reading the vectors, beyond the least sample.
    private static final long SCAN_BUDGET = 20_000_000;

    static Calibration of(HnswIndex index, VectorSource vectors, BuildControl control) {
        int size = index.size();
        if (size < MIN_SIZE) {
            return NONE;
        }
        int[] sample = sample(index.graph(), count(size, vectors));
        if (sample.length == 0) {
            return NONE;
        }
        float[] limits = limits(vectors, sample, control);
        int[] found = new int[3];
        double before = 0;
        int target = 0;
        for (int i = 0; i < EFS.length && target < 3 && EFS[i] < size; i++) {
            control.checkCancelled();
            double recall = Math.max(before, recall(index, vectors, sample, limits, EFS[i]));
            while (target < 3 && recall >= TARGETS[target]) {
                found[target] = i == 0 ? EFS[0] : between(TARGETS[target], EFS[i - 1], before, EFS[i], recall);
                target++;
            }
            before = recall;
        }
        return new Calibration(found[0], found[1], found[2]);
    }

    private static int count(int size, VectorSource vectors) {
        int most = Math.clamp(size / NODES_PER_SAMPLE, MIN_SAMPLE, MAX_SAMPLE);
        return vectors instanceof DenseVectors ? most : (int) Math.clamp(SCAN_BUDGET / size, MIN_SAMPLE, most);
    }

    /// Nodes that stand on level 0 only and where no search begins, evenly spread.
    private static int[] sample(Graph graph, int count) {
        BitSet begins = new BitSet(graph.size());
        for (int slot = 0; slot < graph.header.upperNodes(); slot++) {
            begins.set(graph.upperOrdinal(slot));
        }
        begins.set(graph.header.entryOrdinal());
        for (int point : EntryPoints.ordinals(graph)) {
            begins.set(point);
        }
        return IntStream.range(0, count).map(i -> begins.nextClearBit((int) ((2L * i + 1) * graph.size() / (2L * count))))
                .filter(ordinal -> ordinal < graph.size()).distinct().toArray();
    }

    /// The effort for a recall between two measured ones, rounded up.
    private static int between(double wanted, int lowEf, double low, int highEf, double high) {
        double most = Math.log(1 - low);
        double least = Math.log(Math.max(1 - high, 1e-4)); // none missed is a matter of the sample
        double share = most - least < 1e-9 ? 1 : Math.clamp((most - Math.log(1 - wanted)) / (most - least), 0, 1);
        return (int) Math.ceil(lowEf * Math.pow((double) highEf / lowEf, share) - 1e-9);
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

    /// What two kernels may differ by.
    private static float withSlack(float limit) {
        return limit + 1e-4f * Math.abs(limit) + 1e-7f;
    }

    private static double recall(HnswIndex index, VectorSource vectors, int[] sample, float[] limits, int ef) {
        long hits = 0;
        TopK nearest = new TopK(K);
        for (int i = 0; i < sample.length; i++) {
            nearest.clear();
            index.searchWithout(sample[i], vectors.scorer(sample[i]), K, ef, nearest);
            for (long key : nearest.toSortedKeys()) {
                hits += TopK.ordinal(key) != sample[i] && TopK.distance(key) <= withSlack(limits[i]) ? 1 : 0;
            }
        }
        return (double) hits / ((long) K * sample.length);
    }

    /// The smallest `efSearch` for at least that recall; below 0.90 that for 0.90.
    ///
    /// @param size nodes of the graph; what is returned where nothing smaller is known to be enough
    int efSearchFor(double recall, int size) {
        double ef;
        if (recall <= 0.90) {
            ef = ef90;
        } else if (recall <= 0.95) {
            ef = ef95 == 0 ? 0 : between(recall, ef90, 0.90, ef95, 0.95);
        } else if (recall <= 0.99) {
            ef = ef99 == 0 ? 0 : between(recall, ef95, 0.95, ef99, 0.99);
        } else {
            ef = ef99 * 0.01 / (1 - recall); // between 0.99 and 1 the misses halve when ef about doubles
        }
        return ef == 0 ? Math.max(1, size) : (int) Math.min(Math.max(1, size), Math.ceil(ef));
    }
}
