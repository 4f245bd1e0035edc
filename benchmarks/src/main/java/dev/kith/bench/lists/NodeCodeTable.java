package dev.kith.bench.lists;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.NodeCodes;
import dev.kith.core.NodeEstimator;
import dev.kith.core.RotatedQuery;
import dev.kith.core.SignCodes;
import dev.kith.core.SignEstimator;
import dev.kith.core.TopK;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/// How well the codes of graph nodes estimate distances, and how well the estimates rank: signs, and two to eight bits a component,
/// all relative to the mean of the set.
///
/// The error is that of the inner product between the residuals of query and row, relative to the product of their lengths and times
/// the root of the dimension: what is left of the variance of one component after coding. For independent Gaussian components
/// theory has `sqrt(pi / 2 - 1)` = 0.756 for signs (Gao & Long 2024, theorem 3.2) and, with the best uniform grids of 4 to 64 levels, 0.345, 0.193,
/// 0.107, 0.059 and 0.032 for two to six bits (Max 1960).
final class NodeCodeTable {
    private static final long SEED = 42;
    /// Rows whose order is compared, an even sample.
    private static final int RANKED = 2_000;
    private static final int BATCH = 512;

    private final Judged set;
    private final DenseVectors vectors;
    private final int dimension;
    private final float[] centre;

    private NodeCodeTable(Judged set) {
        this.set = set;
        this.vectors = set.vectors();
        this.dimension = vectors.dimension();
        this.centre = mean();
    }

    /// A Markdown table.
    static String run(Judged set) {
        NodeCodeTable table = new NodeCodeTable(set);
        StringBuilder text = new StringBuilder(
                "| code | bytes a row | error | rank correlation | 10@10 by codes | 10@30 | 10@100 |\n"
                        + "|---|---:|---:|---:|---:|---:|---:|\n");
        for (int bits : new int[]{1, 2, 3, 4, 5, 6, 7, 8}) {
            text.append(table.line(bits));
        }
        return text.toString();
    }

    private String line(int bits) {
        try (Arena arena = Arena.ofConfined()) {
            Estimates estimates = bits == 1 ? signs(arena) : nodes(bits, arena);
            Sums sums = new Sums();
            float[] estimated = new float[vectors.count()];
            for (int q = 0; q < set.queries().length; q++) {
                estimates.all(set.queries()[q], estimated);
                add(q, estimated, sums);
            }
            int n = set.queries().length;
            return String.format(Locale.ROOT, "| %d bit%s a component | %d | %.4f | %.4f | %.3f | %.3f | %.3f |%n", bits,
                    bits == 1 ? "" : "s", estimates.bytes(), Math.sqrt(sums.squares / sums.compared), sums.correlation / n,
                    sums.at10 / n, sums.at30 / n, sums.at100 / n);
        }
    }

    /// Estimated distances of one query to all rows.
    private interface Estimates {
        void all(float[] query, float[] distances);

        int bytes();
    }

    private static final class Sums {
        private double squares;
        private long compared;
        private double correlation;
        private double at10;
        private double at30;
        private double at100;
    }

    private Estimates nodes(int bits, Arena arena) {
        NodeCodes codes = new NodeCodes(vectors.metric(), dimension, bits, SEED);
        long bytes = codes.bytes();
        MemorySegment memory = arena.allocate(bytes * vectors.count(), 64);
        NodeCodes.Encoder encoder = codes.encoder(vectors, centre);
        for (int row = 0; row < vectors.count(); row++) {
            encoder.encode(row, memory, bytes * row);
        }
        NodeEstimator estimator = codes.estimator(centre);
        RotatedQuery rotated = new RotatedQuery(vectors.metric(), dimension, SEED);
        return new Estimates() {
            @Override
            public void all(float[] query, float[] distances) {
                rotated.set(query);
                estimator.query(rotated);
                for (int row = 0; row < vectors.count(); row++) {
                    distances[row] = estimator.distance(memory, bytes * row);
                }
            }

            @Override
            public int bytes() {
                return codes.bytes();
            }
        };
    }

    private Estimates signs(Arena arena) {
        SignCodes codes = new SignCodes(vectors.metric(), dimension, SEED);
        MemorySegment memory = arena.allocate((long) codes.bytes() * vectors.count(), 64);
        SignCodes.Encoder encoder = codes.encoder(vectors, centre);
        for (int row = 0; row < vectors.count(); row++) {
            encoder.encode(row, memory, (long) codes.bytes() * row);
        }
        NodeEstimator query8 = new NodeCodes(vectors.metric(), dimension, 8, SEED).estimator(centre);
        SignEstimator estimator = codes.estimator();
        RotatedQuery rotated = new RotatedQuery(vectors.metric(), dimension, SEED);
        int[] ordinals = new int[BATCH];
        float[] part = new float[BATCH];
        return new Estimates() {
            @Override
            public void all(float[] query, float[] distances) {
                rotated.set(query);
                query8.query(rotated);
                estimator.query(query8);
                for (int from = 0; from < distances.length; from += BATCH) {
                    int first = from;
                    int n = Math.min(BATCH, distances.length - from);
                    Arrays.setAll(ordinals, i -> first + i);
                    estimator.distances(memory, 0, ordinals, n, part);
                    System.arraycopy(part, 0, distances, from, n);
                }
            }

            @Override
            public int bytes() {
                return codes.bytes();
            }
        };
    }

    private void add(int query, float[] estimated, Sums sums) {
        int count = estimated.length;
        float[] exact = new float[count];
        vectors.scorer(set.queries()[query]).scoreRange(0, count, exact);
        TopK top = new TopK(Math.min(100, count));
        for (int row = 0; row < count; row++) {
            top.offer(estimated[row], row);
        }
        int[] best = Arrays.stream(top.toSortedKeys()).mapToInt(TopK::ordinal).toArray();
        sums.at10 += set.reached(query, best, Math.min(10, best.length));
        sums.at30 += set.reached(query, best, Math.min(30, best.length));
        sums.at100 += set.reached(query, best, best.length);
        int step = Math.max(1, count / RANKED);
        int n = (count + step - 1) / step;
        float[] a = new float[n];
        float[] b = new float[n];
        double length = length(set.queries()[query], vectors.metric() != Metric.INNER_PRODUCT);
        float[] row = new float[dimension];
        double unit = vectors.metric() == Metric.SQUARED_L2 ? 2 : 1;
        for (int i = 0; i < n; i++) {
            a[i] = estimated[i * step];
            b[i] = exact[i * step];
            vectors.copyRow(i * step, row);
            double scale = unit * length * length(row, true) / Math.sqrt(dimension);
            double error = scale == 0 ? 0 : (a[i] - b[i]) / scale;
            sums.squares += error * error;
            sums.compared++;
        }
        sums.correlation += spearman(a, b);
    }

    /// Length of a vector, as its metric sees it, less the centre if asked.
    private double length(float[] vector, boolean centred) {
        double norm = 0;
        for (float x : vector) {
            norm += (double) x * x;
        }
        double scale = vectors.metric() == Metric.COSINE && norm > 0 ? 1 / Math.sqrt(norm) : 1;
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            double d = vector[i] * scale - (centred ? centre[i] : 0);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    private static double spearman(float[] a, float[] b) {
        int[] ranksA = ranks(a);
        int[] ranksB = ranks(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = ranksA[i] - ranksB[i];
            sum += d * d;
        }
        double n = a.length;
        return 1 - 6 * sum / (n * (n * n - 1));
    }

    private static int[] ranks(float[] values) {
        long[] keys = new long[values.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = TopK.key(values[i], i);
        }
        Arrays.sort(keys);
        int[] ranks = new int[keys.length];
        for (int rank = 0; rank < keys.length; rank++) {
            ranks[TopK.ordinal(keys[rank])] = rank;
        }
        return ranks;
    }

    private float[] mean() {
        double[] sums = new double[dimension];
        float[] row = new float[dimension];
        for (int r = 0; r < vectors.count(); r++) {
            vectors.copyRow(r, row);
            float scale = vectors.metric() == Metric.COSINE ? vectors.inverseNorm(r) : 1;
            for (int i = 0; i < dimension; i++) {
                sums[i] += (double) row[i] * scale;
            }
        }
        float[] mean = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            mean[i] = (float) (sums[i] / vectors.count());
        }
        return mean;
    }
}
