package dev.kith.core.cluster;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.batch.BatchShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Nearest centroids of many points: by a [CentroidTable] on the CPU, or by a batch scorer for calls that it would take off
/// the CPU. Both rank by squared L2 and let the smaller centroid win a tie; distances may differ in their last digits.
/// Immutable; as thread-safe as the scorer.
public final class CentroidAssigner {
    private static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /// Multiply-adds between two looks at a cancellation: half a second on one core, or on a device that is some ten times
    /// faster and needs larger calls to be.
    private static final long SLICE = 1L << 27;
    private static final long OFFLOADED_SLICE = 1L << 31;
    /// Floats of a slice that is offloaded: 64 MB.
    private static final long OFFLOADED_FLOATS = 1L << 24;

    private final CentroidTable table;
    private final @Nullable BatchScorer scorer;
    private final @Nullable DenseVectors centroids;

    /// @param centroids row-major, shape (count, dimension); copied
    /// @param scorer where large calls may go, or null for none
    public CentroidAssigner(float[] centroids, int count, int dimension, @Nullable BatchScorer scorer) {
        this.table = new CentroidTable(centroids, count, dimension);
        this.scorer = scorer;
        this.centroids = scorer == null ? null : copy(centroids, count, dimension);
    }

    private static DenseVectors copy(float[] centroids, int count, int dimension) {
        long stride = 4L * dimension;
        MemorySegment rows = Arena.ofAuto().allocate(Math.multiplyExact(stride, count), 64);
        MemorySegment.copy(centroids, 0, rows, FLOAT_LE, 0, count * dimension);
        return DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, count, stride, rows);
    }

    /// Components of a centroid.
    public int dimension() {
        return table.dimension();
    }

    /// Points for one call of [#nearest] that leaves enough chances to stop a build.
    int slice(int points) {
        long each = (long) table.count() * table.dimension();
        int large = Math.clamp(Math.min(OFFLOADED_SLICE / each, OFFLOADED_FLOATS / table.dimension()), 1, points);
        boolean offloaded = BatchScorers.offloads(scorer, shape(large, 1));
        return offloaded ? whole(large) : slice(points, table.count(), table.dimension());
    }

    /// As [#slice(int)], where nothing is offloaded.
    static int slice(int points, int centroids, int dimension) {
        return whole(Math.clamp(SLICE / ((long) centroids * dimension), 1, points));
    }

    private static int whole(long slice) {
        return (int) Math.max(DotTiles.POINTS, slice / DotTiles.POINTS * DotTiles.POINTS);
    }

    private BatchShape shape(int points, int k) {
        return new BatchShape(points, table.count(), table.dimension(), k, VectorEncoding.FLOAT32);
    }

    /// As [CentroidTable#nearest(float[], int, int, int[], float[])].
    public void nearest(float[] points, int pointCount, int k, int[] nearest, float[] distances) {
        BatchScorer elsewhere = scorer;
        if (elsewhere == null || centroids == null || k < 1 || k > table.count()
                || !BatchScorers.offloads(elsewhere, shape(pointCount, k))) {
            table.nearest(points, pointCount, k, nearest, distances);
            return;
        }
        long[][] keys = elsewhere.nearest(centroids, points, pointCount, k, AcceptOrdinals.all(table.count()));
        for (int p = 0; p < pointCount; p++) {
            for (int i = 0; i < k; i++) {
                float distance = TopK.distance(keys[p][i]);
                if (!Float.isFinite(distance)) {
                    throw new IllegalArgumentException("a point or a centroid is not finite");
                }
                nearest[p * k + i] = TopK.ordinal(keys[p][i]);
                distances[p * k + i] = distance;
            }
        }
    }
}
