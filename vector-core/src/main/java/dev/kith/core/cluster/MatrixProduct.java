package dev.kith.core.cluster;

import java.util.Objects;

/// Dense products on the tiled kernel of [CentroidTable].
public final class MatrixProduct {
    private MatrixProduct() {}

    /// `a` times the transpose of `b`: all inner products of the rows of two row-major matrices.
    ///
    /// @param a shape (m, inner)
    /// @param b shape (n, inner)
    /// @return shape (m, n)
    public static float[] timesTransposed(float[] a, int m, float[] b, int n, int inner) {
        Objects.checkFromIndexSize(0, Math.multiplyExact(m, inner), a.length);
        Objects.checkFromIndexSize(0, Math.multiplyExact(n, inner), b.length);
        float[] packed = DotTiles.pack(b, n, inner);
        int groups = (n + DotTiles.GROUP - 1) / DotTiles.GROUP;
        int width = groups * DotTiles.GROUP;
        float[] dots = new float[DotTiles.POINTS * width];
        float[] result = new float[Math.multiplyExact(m, n)];
        float[] tail = new float[DotTiles.POINTS * inner];
        for (int r = 0; r < m; r += DotTiles.POINTS) {
            int rows = Math.min(DotTiles.POINTS, m - r);
            boolean whole = rows == DotTiles.POINTS;
            if (!whole) {
                System.arraycopy(a, r * inner, tail, 0, rows * inner);
            }
            DotTiles.dots(whole ? a : tail, whole ? r * inner : 0, inner, packed, groups, dots);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(dots, i * width, result, (r + i) * n, n);
            }
        }
        return result;
    }

    /// The transpose of a row-major matrix of shape (rows, columns).
    public static float[] transpose(float[] matrix, int rows, int columns) {
        float[] result = new float[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = matrix[r * columns + c];
            }
        }
        return result;
    }
}
