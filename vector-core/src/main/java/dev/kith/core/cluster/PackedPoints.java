package dev.kith.core.cluster;

import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import java.util.Arrays;

/// Points in the layout of [DotTiles], by which the distances of 32 of them to one centroid are summed side by side, each in the order of
/// its components: what the draws of k-means++ spend their time in.
final class PackedPoints {
    /// Points of one array, so that no array has to hold them all.
    private static final int BLOCK = 1024;
    private static final boolean SIMD = VectorKernels.simd();

    private final int count;
    private final int dimension;
    private final float[][] blocks;

    /// @param points row-major, shape (count, dimension); copied
    PackedPoints(float[] points, int count, int dimension) {
        this.count = count;
        this.dimension = dimension;
        this.blocks = new float[(count + BLOCK - 1) / BLOCK][];
        float[] rows = new float[Math.min(BLOCK, count) * dimension];
        for (int b = 0; b < blocks.length; b++) {
            int n = Math.min(BLOCK, count - b * BLOCK);
            System.arraycopy(points, b * BLOCK * dimension, rows, 0, n * dimension);
            blocks[b] = DotTiles.pack(rows, n, dimension);
        }
    }

    /// Bytes that the points take.
    static long bytes(int count, int dimension) {
        return 4L * dimension * (count + DotTiles.GROUP);
    }

    /// Lowers `nearest[p]` to the squared distance of point `p` from a centroid where that is less.
    ///
    /// @param centroid `dimension` components from `at`
    void lower(float[] centroid, int at, float[] nearest) {
        float[] distances = new float[BLOCK];
        for (int b = 0; b < blocks.length; b++) {
            int n = Math.min(BLOCK, count - b * BLOCK);
            int groups = (n + DotTiles.GROUP - 1) / DotTiles.GROUP;
            if (SIMD && ListKernels.simd()) {
                SimdDotTiles.squaredL2(centroid, at, dimension, blocks[b], groups, distances);
            } else {
                scalar(centroid, at, dimension, blocks[b], groups, distances);
            }
            for (int p = 0; p < n; p++) {
                nearest[b * BLOCK + p] = Math.min(nearest[b * BLOCK + p], distances[p]);
            }
        }
    }

    /// The scalar twin; judges the SIMD kernel.
    static void scalar(float[] centroid, int at, int dimension, float[] packed, int groups, float[] distances) {
        Arrays.fill(distances, 0, groups * DotTiles.GROUP, 0f);
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < dimension; i++) {
                float c = centroid[at + i];
                int row = (g * dimension + i) * DotTiles.GROUP;
                for (int j = 0; j < DotTiles.GROUP; j++) {
                    float x = packed[row + j] - c;
                    distances[g * DotTiles.GROUP + j] = Math.fma(x, x, distances[g * DotTiles.GROUP + j]);
                }
            }
        }
    }
}
