package dev.kith.core.pq;

import dev.kith.core.BuildControl;
import dev.kith.core.cluster.KMeansParameters;
import dev.kith.core.cluster.MatrixProduct;
import java.util.Arrays;

/// Trains a rotation for the least distortion of a product quantizer: optimized product quantization in its non-parametric
/// form (Ge, He, Ke, Sun 2013, section 3.1). Two steps alternate: codebooks for the turned rows, and the rotation nearest to
/// carrying the rows onto what their codes stand for (orthogonal Procrustes).
///
/// The Procrustes step needs the polar factor of a matrix; Newton-Schulz iterations give it with nothing but matrix products.
/// A little of the last rotation is mixed in, so that directions without variance keep an orthogonal place.
public final class RotationTrainer {
    private static final int ALTERNATIONS = 12;
    private static final int TRAINING_ROWS = 16_384;
    private static final int POLAR_ITERATIONS = 80;
    private static final float KEEP = 1e-3f;

    private RotationTrainer() {}

    /// Trains on row-major rows.
    ///
    /// @param dimension components of a row
    /// @param outputDimension a multiple of `subspaces`, at least `dimension`
    public static DenseRotation train(float[] rows, int count, int dimension, int outputDimension, int subspaces, int bits,
            long seed, BuildControl control) {
        int n = Math.min(count, TRAINING_ROWS);
        float[] columns = MatrixProduct.transpose(Arrays.copyOf(rows, n * dimension), n, dimension);
        float[] rotation = start(dimension, outputDimension, seed);
        KMeansParameters clustering = new KMeansParameters(4, seed, 3f);
        byte[] codes = new byte[n * subspaces];
        float[] decoded = new float[n * outputDimension];
        for (int round = 0; round < ALTERNATIONS; round++) {
            control.checkCancelled();
            float[] turned = MatrixProduct.timesTransposed(rows, n, rotation, outputDimension, dimension);
            ProductQuantizer quantizer = ProductQuantizer.train(turned, n, subspaces, bits, clustering, control);
            quantizer.encoder().encode(turned, n, codes);
            for (int r = 0; r < n; r++) {
                quantizer.decode(codes, r * subspaces, decoded, r * outputDimension);
            }
            float[] decodedColumns = MatrixProduct.transpose(decoded, n, outputDimension);
            float[] target = MatrixProduct.timesTransposed(decodedColumns, outputDimension, columns, dimension, n);
            float[] next = polar(target, rotation, outputDimension, dimension, control);
            if (next.length == 0) {
                break;
            }
            rotation = next;
        }
        return new DenseRotation(dimension, outputDimension, rotation);
    }

    /// A random rotation spreads the variance evenly, which is where the alternation ends best on residuals.
    private static float[] start(int dimension, int outputDimension, long seed) {
        float[] matrix = new float[outputDimension * dimension];
        int even = outputDimension + (outputDimension & 1);
        Rotation random = new HadamardRotation(dimension, even, seed);
        float[] unit = new float[dimension];
        float[] column = new float[even];
        for (int i = 0; i < dimension; i++) {
            unit[i] = 1;
            random.apply(unit, 0, column, 0);
            unit[i] = 0;
            for (int o = 0; o < outputDimension; o++) {
                matrix[o * dimension + i] = even == outputDimension ? column[o] : o == i ? 1f : 0f;
            }
        }
        return matrix;
    }

    /// The matrix with orthonormal columns nearest to `target`, or an empty array if it does not converge.
    static float[] polar(float[] target, float[] last, int rows, int columns, BuildControl control) {
        float norm = spectralNorm(target, rows, columns);
        if (!(norm > 0) || Float.isInfinite(norm)) {
            return new float[0];
        }
        float[] x = new float[target.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (target[i] / norm + KEEP * last[i]) / (1 + KEEP);
        }
        for (int t = 0; t < POLAR_ITERATIONS; t++) {
            control.checkCancelled();
            float[] xt = MatrixProduct.transpose(x, rows, columns);
            float[] gram = MatrixProduct.timesTransposed(xt, columns, xt, columns, rows);
            float off = 0;
            for (int i = 0; i < columns; i++) {
                for (int j = 0; j < columns; j++) {
                    off = Math.max(off, Math.abs(gram[i * columns + j] - (i == j ? 1f : 0f)));
                    gram[i * columns + j] = (i == j ? 1.5f : 0f) - 0.5f * gram[i * columns + j];
                }
            }
            if (off < 2e-6f * Math.max(16, columns) / 16) {
                return x;
            }
            x = MatrixProduct.timesTransposed(x, rows, gram, columns, columns); // the factor is symmetric
        }
        return new float[0];
    }

    /// By power iteration; a little more than the true value, so that the scaled matrix stays where Newton-Schulz converges.
    private static float spectralNorm(float[] matrix, int rows, int columns) {
        double[] v = new double[columns];
        Arrays.fill(v, 1 / Math.sqrt(columns));
        double norm = 0;
        for (int t = 0; t < 30; t++) {
            double[] w = new double[rows];
            double[] next = new double[columns];
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    w[r] += matrix[r * columns + c] * v[c];
                }
                for (int c = 0; c < columns; c++) {
                    next[c] += matrix[r * columns + c] * w[r];
                }
            }
            double length = 0;
            for (double y : next) {
                length += y * y;
            }
            length = Math.sqrt(length);
            norm = Math.sqrt(length);
            for (int c = 0; c < columns; c++) {
                v[c] = length > 0 ? next[c] / length : 0;
            }
        }
        return (float) (norm * 1.1);
    }
}
