package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A seeded pseudo-random rotation in `O(d log d)`: four rounds of random signs, a fast Walsh-Hadamard transform over a
/// power-of-two window and one step that mixes the two halves (a Kac walk step). The window stands at the front in even rounds
/// and at the end in odd ones, so no component escapes, and the vector need not be padded to a power of two. This is the
/// construction of the public RaBitQ library (Gao, Long and others).
public final class HadamardRotation implements Rotation {
    private static final int ROUNDS = 4;

    private final int inputDimension;
    private final int outputDimension;
    private final long seed;
    private final int window;
    /// Shape (ROUNDS, outputDimension), each plus or minus one.
    private final float[] signs;

    /// @param outputDimension an even number of at least `inputDimension`
    public HadamardRotation(int inputDimension, int outputDimension, long seed) {
        if (inputDimension < 1 || outputDimension < inputDimension || outputDimension % 2 != 0) {
            throw new IllegalArgumentException("need 1 <= inputDimension <= outputDimension, the latter even, were "
                    + inputDimension + " and " + outputDimension);
        }
        this.inputDimension = inputDimension;
        this.outputDimension = outputDimension;
        this.seed = seed;
        this.window = Integer.highestOneBit(outputDimension);
        this.signs = new float[ROUNDS * outputDimension];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < signs.length; i++) {
            signs[i] = random.nextBoolean() ? 1f : -1f;
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

    /// The seed all of it follows from.
    public long seed() {
        return seed;
    }

    @Override
    public void apply(float[] in, int inFrom, float[] out, int outFrom) {
        System.arraycopy(in, inFrom, out, outFrom, inputDimension);
        Arrays.fill(out, outFrom + inputDimension, outFrom + outputDimension, 0f);
        for (int r = 0; r < ROUNDS; r++) {
            int s = r * outputDimension;
            for (int i = 0; i < outputDimension; i++) {
                out[outFrom + i] *= signs[s + i];
            }
            transform(out, r % 2 == 0 ? outFrom : outFrom + outputDimension - window, window);
            if (window < outputDimension) {
                mixHalves(out, outFrom, outputDimension / 2);
            }
        }
    }

    /// In-place orthonormal Walsh-Hadamard transform of a power-of-two window.
    private static void transform(float[] x, int from, int n) {
        if (ListKernels.simd() && n >= SimdTables.lanes()) {
            SimdTables.hadamard(x, from, n);
        } else {
            hadamard(x, from, n);
        }
        float scale = (float) (1 / Math.sqrt(n));
        for (int i = from; i < from + n; i++) {
            x[i] *= scale;
        }
    }

    /// The scalar twin of [SimdTables#hadamard]; gives the same bits.
    static void hadamard(float[] x, int from, int n) {
        for (int half = 1; half < n; half <<= 1) {
            for (int block = from; block < from + n; block += 2 * half) {
                butterfly(x, block, half);
            }
        }
    }

    private static void butterfly(float[] x, int block, int half) {
        for (int i = block; i < block + half; i++) {
            float a = x[i];
            float b = x[i + half];
            x[i] = a + b;
            x[i + half] = a - b;
        }
    }

    private static void mixHalves(float[] x, int from, int half) {
        float scale = (float) Math.sqrt(0.5);
        for (int i = from; i < from + half; i++) {
            float a = x[i];
            float b = x[i + half];
            x[i] = (a + b) * scale;
            x[i + half] = (a - b) * scale;
        }
    }
}
