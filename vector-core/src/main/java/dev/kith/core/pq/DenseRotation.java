package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import java.util.Arrays;
import java.util.Objects;

/// A rotation given as a matrix, such as one trained by [RotationTrainer].
public final class DenseRotation implements Rotation {
    /// Outputs packed side by side, so that one broadcast of an input serves them all.
    static final int GROUP = 64;

    private final int inputDimension;
    private final int outputDimension;
    private final float[] matrix;
    private final float[] packed;
    private final int padded;

    /// @param matrix row-major, shape (outputDimension, inputDimension); not copied
    public DenseRotation(int inputDimension, int outputDimension, float[] matrix) {
        if (inputDimension < 1 || outputDimension < inputDimension) {
            throw new IllegalArgumentException(
                    "need 1 <= inputDimension <= outputDimension, were " + inputDimension + " and " + outputDimension);
        }
        Objects.checkFromIndexSize(0, Math.multiplyExact(inputDimension, outputDimension), matrix.length);
        this.inputDimension = inputDimension;
        this.outputDimension = outputDimension;
        this.matrix = matrix;
        this.padded = (outputDimension + GROUP - 1) / GROUP * GROUP;
        this.packed = new float[padded * inputDimension];
        for (int o = 0; o < outputDimension; o++) {
            for (int i = 0; i < inputDimension; i++) {
                packed[o / GROUP * GROUP * inputDimension + i * GROUP + o % GROUP] = matrix[o * inputDimension + i];
            }
        }
    }

    @Override
    public int inputDimension() {
        return inputDimension;
    }

    @Override
    public int outputDimension() {
        return outputDimension;
    }

    /// The matrix, row-major, shape (outputDimension, inputDimension). Not a copy: do not change it.
    public float[] matrix() {
        return matrix;
    }

    @Override
    public void apply(float[] in, int inFrom, float[] out, int outFrom) {
        float[] x = inFrom == 0 ? in : Arrays.copyOfRange(in, inFrom, inFrom + inputDimension);
        float[] y = new float[padded];
        if (ListKernels.simd()) {
            SimdTables.multiply(packed, x, inputDimension, padded, y);
        } else {
            for (int o = 0; o < outputDimension; o++) {
                float sum = 0;
                for (int i = 0; i < inputDimension; i++) {
                    sum = Math.fma(x[i], matrix[o * inputDimension + i], sum);
                }
                y[o] = sum;
            }
        }
        System.arraycopy(y, 0, out, outFrom, outputDimension);
    }
}
