package dev.kith.core.cluster;

import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import java.util.Arrays;

/// Inner products of [#POINTS] points with groups of [#GROUP] packed rows: the tile that k-means, assignment and codebook
/// search spend their time in. Rows are packed dimension-major within a group, so that one load serves sixteen rows and one
/// broadcast of a point's component serves the whole group; every load is then shared by eight points.
final class DotTiles {
    /// Points of one tile.
    static final int POINTS = 8;
    /// Packed rows of one tile.
    static final int GROUP = 32;

    private static final boolean SIMD = VectorKernels.simd();

    private DotTiles() {}

    /// Writes the inner products of eight points with all `groups` groups to `dots`, shape ([#POINTS], groups * [#GROUP]).
    ///
    /// @param points row-major, at least eight rows of `dimension` from `pointOffset`
    /// @param packed shape (groups, dimension, [#GROUP])
    static void dots(float[] points, int pointOffset, int dimension, float[] packed, int groups, float[] dots) {
        if (SIMD && ListKernels.simd()) {
            SimdDotTiles.dots(points, pointOffset, dimension, packed, groups, dots);
        } else {
            scalar(points, pointOffset, dimension, packed, groups, dots);
        }
    }

    /// The scalar twin; judges the SIMD kernel.
    static void scalar(float[] points, int pointOffset, int dimension, float[] packed, int groups, float[] dots) {
        int width = groups * GROUP;
        Arrays.fill(dots, 0, POINTS * width, 0f);
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < dimension; i++) {
                int row = (g * dimension + i) * GROUP;
                for (int p = 0; p < POINTS; p++) {
                    float x = points[pointOffset + p * dimension + i];
                    int out = p * width + g * GROUP;
                    for (int j = 0; j < GROUP; j++) {
                        dots[out + j] = Math.fma(x, packed[row + j], dots[out + j]);
                    }
                }
            }
        }
    }

    /// Packs `count` row-major rows into groups; rows of the last group beyond `count` are zero.
    static float[] pack(float[] rows, int count, int dimension) {
        int groups = (count + GROUP - 1) / GROUP;
        float[] packed = new float[Math.multiplyExact(Math.multiplyExact(groups, GROUP), dimension)];
        pack(rows, count, dimension, packed);
        return packed;
    }

    /// As [#pack(float[], int, int)], into an array that may be longer and need not be zero.
    static void pack(float[] rows, int count, int dimension, float[] packed) {
        for (int r = 0; r < count; r++) {
            int base = r / GROUP * dimension * GROUP + r % GROUP;
            for (int i = 0; i < dimension; i++) {
                packed[base + i * GROUP] = rows[r * dimension + i];
            }
        }
        for (int r = count; r % GROUP != 0; r++) {
            int base = r / GROUP * dimension * GROUP + r % GROUP;
            for (int i = 0; i < dimension; i++) {
                packed[base + i * GROUP] = 0f;
            }
        }
    }
}
