package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.cluster.CentroidTable;
import dev.kith.core.cluster.HierarchicalKMeans;
import dev.kith.core.cluster.KMeansParameters;
import java.util.Arrays;

/// Cuts some vectors into lists of neighbours around centroids, so that the nearest of a vector can be looked for in a few
/// lists by exact search over blocks, instead of by a walk for each. Under COSINE vectors count by their direction.
///
/// No list is longer than [#MAX_LIST]: a crowd of equal vectors becomes several lists with one centroid, so that the work for
/// a vector is bounded whatever the vectors are. Lists whose centroids are near stand near each other, for the most part.
final class Partition {
    /// Vectors of an average list.
    static final int LIST = 128;
    /// Vectors of the longest list.
    static final int MAX_LIST = 4 * LIST;
    /// Lists in which the neighbours of a vector are looked for, besides its own.
    static final int PROBES = 32;
    private static final int SAMPLES_PER_LIST = 24;
    private static final int SAMPLE_FLOATS = 1 << 24;
    private static final int ITERATIONS = 5;
    private static final int BLOCK = 256;

    private final DenseVectors vectors;
    private final CentroidTable nearest;
    /// The lists of centroid `c` are `firstList[c] ..< firstList[c + 1]`.
    private final int[] firstList;
    private final int[] starts;
    private final int[] members;

    private Partition(DenseVectors vectors, CentroidTable nearest, int[] firstList, int[] starts, int[] members) {
        this.vectors = vectors;
        this.nearest = nearest;
        this.firstList = firstList;
        this.starts = starts;
        this.members = members;
    }

    /// Partitions the vectors `points`, which ascend and are not none.
    static Partition of(DenseVectors vectors, int[] points, long seed, BuildControl control) {
        int count = lists(points.length);
        float[] centroids = train(vectors, points, count, seed, control);
        CentroidTable table = new CentroidTable(centroids, count, vectors.dimension());
        int[] assigned = new int[points.length];
        if (count > 1) {
            assign(vectors, points, table, assigned, control);
        }
        CentroidTable nearest = vectors.metric() == Metric.INNER_PRODUCT
                ? CentroidTable.byInnerProduct(centroids, count, vectors.dimension())
                : table;
        return lay(vectors, points, nearest, assigned);
    }

    private static float[] train(DenseVectors vectors, int[] points, int count, long seed, BuildControl control) {
        int dimension = vectors.dimension();
        int samples = samples(points.length, count, dimension);
        float[] sample = new float[Math.multiplyExact(samples, dimension)];
        for (int i = 0; i < samples; i++) {
            VectorBlock.copy(vectors, points[(int) ((long) i * points.length / samples)], sample, i * dimension);
        }
        if (count == 1) {
            return Arrays.copyOf(sample, dimension);
        }
        KMeansParameters parameters = KMeansParameters.DEFAULTS.withSeed(seed).withIterations(ITERATIONS);
        return HierarchicalKMeans.train(sample, samples, dimension, count, parameters, quiet(control));
    }

    private static int samples(int points, int count, int dimension) {
        return (int) Math.min(points, Math.max(count, Math.min((long) count * SAMPLES_PER_LIST, SAMPLE_FLOATS / dimension)));
    }

    /// Cancellation only: k-means counts progress in its own units, and must round on every machine as the CPU does.
    private static BuildControl quiet(BuildControl control) {
        return new BuildControl() {
            @Override
            public boolean cancelled() {
                return control.cancelled();
            }

            @Override
            public void progress(long done, long total) {}
        };
    }

    private static void assign(DenseVectors vectors, int[] points, CentroidTable table, int[] assigned, BuildControl control) {
        Workers.run((points.length + BLOCK - 1) / BLOCK, control, () -> {
            VectorBlock block = new VectorBlock(vectors, BLOCK);
            int[] found = new int[BLOCK];
            float[] distances = new float[BLOCK];
            return task -> {
                int from = task * BLOCK;
                int n = Math.min(BLOCK, points.length - from);
                block.load(points, from, n);
                table.nearest(block.rows(), n, found, distances);
                System.arraycopy(found, 0, assigned, from, n);
            };
        });
    }

    private static Partition lay(DenseVectors vectors, int[] points, CentroidTable table, int[] assigned) {
        int[] at = new int[table.count()];
        for (int c : assigned) {
            at[c]++;
        }
        int[] firstList = new int[at.length + 1];
        for (int c = 0; c < at.length; c++) {
            firstList[c + 1] = firstList[c] + Math.max(1, (at[c] + MAX_LIST - 1) / MAX_LIST);
        }
        int[] starts = new int[firstList[at.length] + 1];
        int total = 0;
        for (int c = 0; c < at.length; c++) {
            int size = at[c];
            int lists = firstList[c + 1] - firstList[c];
            for (int i = 0; i < lists; i++) {
                starts[firstList[c] + i] = total + (int) ((long) i * size / lists);
            }
            at[c] = total;
            total += size;
        }
        starts[starts.length - 1] = total;
        int[] members = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            members[at[assigned[i]]++] = points[i];
        }
        return new Partition(vectors, table, firstList, starts, members);
    }

    int lists() {
        return starts.length - 1;
    }

    /// Where the members of `list` begin in [#members()]; for [#lists()], where the last list ends.
    int start(int list) {
        return starts[list];
    }

    /// Ordinals, list after list, ascending within one.
    int[] members() {
        return members;
    }

    /// Lists in which a vector's neighbours are looked for besides its own.
    int probes() {
        return Math.min(PROBES, nearest.count());
    }

    /// Says in which lists to look for the neighbours of the vectors at some places of [#members()], which ascend: in those of the
    /// nearest centroids, and in the one that the vector stands in. Writes pairs `list << 32 | i`, ascending, for place `i` of
    /// `places` and returns how many.
    ///
    /// @param block the vectors themselves, in the same order
    int near(VectorBlock block, int[] places, int count, long[] pairs) {
        int width = probes();
        int[] found = new int[count * width];
        nearest.nearest(block.rows(), count, width, found, new float[found.length]);
        int n = 0;
        int own = 0;
        for (int i = 0; i < count; i++) {
            while (starts[own + 1] <= places[i]) {
                own++;
            }
            boolean named = false;
            for (int j = i * width; j < (i + 1) * width; j++) {
                // a crowd has many lists with one centroid; the first stands for all, or the crowd would be searched whole
                int list = firstList[found[j]];
                named |= list == own;
                pairs[n++] = (long) list << 32 | i;
            }
            if (!named) {
                pairs[n++] = (long) own << 32 | i;
            }
        }
        Arrays.sort(pairs, 0, n);
        return n;
    }

    /// Centroids for so many vectors.
    static int lists(int points) {
        return points <= MAX_LIST ? 1 : (points + LIST - 1) / LIST;
    }

    /// Bytes that a finished partition of `points` vectors holds.
    static long bytes(int points, int dimension) {
        long lists = lists(points);
        return 4L * points + 4 * (lists + 16) * (dimension + 1L) + 8 * lists;
    }

    /// Bytes that training the centroids for `points` vectors takes at its peak.
    static long trainingBytes(int points, int dimension, int threads) {
        int count = lists(points);
        int samples = samples(points, count, dimension);
        long sample = 4L * samples * dimension;
        return count == 1 ? sample : sample + HierarchicalKMeans.bytes(samples, dimension, count, threads);
    }
}
