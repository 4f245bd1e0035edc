package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.Metric;
import dev.kith.core.cluster.CentroidAssigner;
import dev.kith.core.cluster.HierarchicalKMeans;
import dev.kith.core.cluster.KMeansParameters;
import dev.kith.core.pq.DenseRotation;
import dev.kith.core.pq.HadamardRotation;
import dev.kith.core.pq.IdentityRotation;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.Rotation;
import dev.kith.core.pq.RotationTrainer;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// What training leaves behind and every encoded row depends on: coarse centroids, rotation, codebooks. Indexes that share a
/// model can be merged by putting their lists one after another. Immutable and thread-safe.
final class IvfModel {
    /// Rows codebooks are trained on: beyond this the distortion does not move.
    private static final int CODEBOOK_ROWS = 32_768;
    /// Lists from which they are ranked in two steps, at a small loss; below, all centroids are scored in less time than the
    /// codes take.
    private static final int GROUPED_FROM = 16_384;

    final IvfShape shape;
    final long seed;
    /// Row-major, shape (nlist, dimension).
    final float[] centroids;
    /// Whether neighbours in the order of the centroids are near each other, 64 by 64.
    final boolean grouped;
    final Rotation rotation;
    final ProductQuantizer quantizer;

    IvfModel(IvfShape shape, long seed, float[] centroids, boolean grouped, Rotation rotation, ProductQuantizer quantizer) {
        this.shape = shape;
        this.seed = seed;
        this.centroids = centroids;
        this.grouped = grouped;
        this.rotation = rotation;
        this.quantizer = quantizer;
    }

    /// Trains on row-major sample rows, normalized already for [Metric#COSINE].
    static IvfModel train(IvfShape shape, float[] rows, int count, long seed, BuildControl control) {
        int dimension = shape.dimension();
        KMeansParameters clustering = KMeansParameters.DEFAULTS.withSeed(seed);
        float[] centroids = HierarchicalKMeans.train(rows, count, dimension, shape.nlist(), clustering, control);
        boolean grouped = shape.nlist() >= GROUPED_FROM;
        if (grouped) {
            centroids = CentroidGroups.arrange(centroids, shape.nlist(), dimension);
        }
        int n = Math.min(count, CODEBOOK_ROWS);
        Rotation rotation;
        ProductQuantizer quantizer;
        switch (shape.codec()) {
            case SignCodes _ -> {
                rotation = fixedRotation(shape, seed);
                quantizer = ProductQuantizer.signs(shape.codeDimension());
            }
            case ProductCodes p -> {
                float[] residuals = residuals(centroids, rows, n,
                        new CentroidAssigner(centroids, shape.nlist(), dimension, control.batchScorer()));
                rotation = p.turn() == IvfCodec.Turn.TRAINED
                        ? RotationTrainer.train(residuals, n, dimension, shape.codeDimension(), p.subspaces(), p.bits(), seed,
                                control)
                        : fixedRotation(shape, seed);
                float[] turned = new float[n * shape.codeDimension()];
                for (int r = 0; r < n; r++) {
                    rotation.apply(residuals, r * dimension, turned, r * shape.codeDimension());
                }
                quantizer = ProductQuantizer.train(turned, n, p.subspaces(), p.bits(), clustering.withSeed(seed + 1), control);
            }
        }
        return new IvfModel(shape, seed, centroids, grouped, rotation, quantizer);
    }

    /// The rotation a shape and a seed determine.
    static Rotation fixedRotation(IvfShape shape, long seed) {
        return switch (shape.turn()) {
            case NONE -> new IdentityRotation(shape.dimension(), shape.codeDimension());
            case RANDOM -> new HadamardRotation(shape.dimension(), shape.codeDimension(), seed);
            case TRAINED -> throw new IllegalArgumentException("a trained rotation follows from no seed");
        };
    }

    private static float[] residuals(float[] centroids, float[] rows, int count, CentroidAssigner assigner) {
        int dimension = assigner.dimension();
        int[] nearest = new int[count];
        assigner.nearest(rows, count, 1, nearest, new float[count]);
        float[] residuals = new float[count * dimension];
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < dimension; i++) {
                residuals[r * dimension + i] = rows[r * dimension + i] - centroids[nearest[r] * dimension + i];
            }
        }
        return residuals;
    }

    /// A hash of everything encoded rows depend on.
    long id() {
        CRC32C low = new CRC32C();
        CRC32C high = new CRC32C();
        high.update(0x5a);
        update(low, centroids);
        if (rotation instanceof DenseRotation d) {
            update(high, d.matrix());
        }
        if (!quantizer.isSigns()) {
            update(high, quantizer.codebooks());
        }
        return high.getValue() << 32 ^ low.getValue() ^ seed * 0x9e3779b97f4a7c15L;
    }

    private static void update(CRC32C crc, float[] values) {
        byte[] chunk = new byte[1 << 16];
        MemorySegment to = MemorySegment.ofArray(chunk);
        for (int from = 0; from < values.length; from += 1 << 14) {
            int n = Math.min(1 << 14, values.length - from);
            MemorySegment.copy(values, from, to, IvfHeader.FLOAT, 0, n);
            crc.update(chunk, 0, 4 * n);
        }
    }

    /// Divides by the norm for [Metric#COSINE], in place; a zero row stays zero.
    static void normalize(Metric metric, float[] rows, int from, int dimension) {
        if (metric != Metric.COSINE) {
            return;
        }
        double sum = 0;
        for (int i = from; i < from + dimension; i++) {
            sum += (double) rows[i] * rows[i];
        }
        float scale = sum > 0 ? (float) (1 / Math.sqrt(sum)) : 0f;
        for (int i = from; i < from + dimension; i++) {
            rows[i] *= scale;
        }
    }
}
