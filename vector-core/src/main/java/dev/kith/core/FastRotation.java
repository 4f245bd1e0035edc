package dev.kith.core;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A random rotation of vectors, in time `O(d log d)`: four rounds, each of random signs, a fast Hadamard transform across
/// blocks of [QueryBlock#LANES] components, and a random permutation. Lengths and angles are kept (up to rounding); after
/// the rotation every component carries a little of every other one, which is what makes sign codes unbiased.
///
/// The number of components is padded to [#outputDimension()], a multiple of 32, with zeros before the rotation. The same
/// seed gives the same rotation, and all kernels give the same bits. Immutable and thread-safe.
///
/// Source: Kac-walk style fast rotations as used with RaBitQ (Gao & Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors
/// with a Theoretical Error Bound"); the block form is ours, chosen because it never mixes lanes of a register.
public final class FastRotation {
    /// An even number, so that the last permutation ends where the first began.
    private static final int ROUNDS = 4;

    private final int dimension;
    private final int padded;
    private final int blocks;
    private final int transformed;
    private final float[][] signs = new float[ROUNDS][];
    private final int[][] order = new int[ROUNDS][];

    /// @param dimension components of the vectors, at least 1
    public FastRotation(int dimension, long seed) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
        this.dimension = dimension;
        this.padded = Math.addExact(dimension, 31) & -32;
        this.blocks = padded / QueryBlock.LANES;
        this.transformed = Integer.highestOneBit(blocks);
        SplittableRandom random = new SplittableRandom(seed);
        float scale = (float) (1 / Math.sqrt(transformed));
        for (int round = 0; round < ROUNDS; round++) {
            signs[round] = new float[padded];
            order[round] = new int[padded];
            int first = firstBlock(round) * QueryBlock.LANES;
            for (int i = 0; i < padded; i++) {
                boolean scaled = i >= first && i < first + transformed * QueryBlock.LANES;
                signs[round][i] = (random.nextBoolean() ? 1 : -1) * (scaled ? scale : 1);
                int j = random.nextInt(i + 1);
                order[round][i] = order[round][j];
                order[round][j] = i;
            }
        }
    }

    /// Components of a rotated vector.
    public int outputDimension() {
        return padded;
    }

    /// The transform covers a power of two of blocks, those at the front and those at the back in turns.
    private int firstBlock(int round) {
        return (round & 1) == 0 ? 0 : blocks - transformed;
    }

    /// Rotates the first `dimension` components of `vector` into `target`; `scratch` is overwritten. Both have
    /// [#outputDimension()] components and are not `vector`.
    public void rotate(float[] vector, float[] target, float[] scratch) {
        rotate(vector, target, scratch, VectorKernels.current(KernelGroup.CODES) != VectorKernels.Kind.SCALAR);
    }

    void rotate(float[] vector, float[] target, float[] scratch, boolean simd) {
        System.arraycopy(vector, 0, target, 0, dimension);
        Arrays.fill(target, dimension, padded, 0);
        if (simd) {
            SimdRotation.scale(target, signs[0]);
        } else {
            scale(target, signs[0]);
        }
        boolean gathers = simd && SimdRotation.GATHERS && VectorKernels.current(KernelGroup.GATHERS) != VectorKernels.Kind.SCALAR;
        float[] from = target;
        float[] to = scratch;
        for (int round = 0; round < ROUNDS; round++) {
            if (simd) {
                SimdRotation.transform(from, firstBlock(round), transformed);
            } else {
                transform(from, firstBlock(round), transformed);
            }
            permute(from, order[round], round < ROUNDS - 1 ? signs[round + 1] : null, to, gathers);
            float[] swap = from;
            from = to;
            to = swap;
        }
    }

    /// Puts the components in another order and, on the way, multiplies them by the signs of the next round, if there is one.
    private static void permute(float[] from, int[] order, float @Nullable [] signs, float[] to, boolean gathers) {
        if (gathers) {
            SimdRotation.permute(from, order, signs, to);
        } else if (signs == null) {
            for (int i = 0; i < order.length; i++) {
                to[i] = from[order[i]];
            }
        } else {
            for (int i = 0; i < order.length; i++) {
                to[i] = from[order[i]] * signs[i];
            }
        }
    }

    private static void scale(float[] x, float[] signs) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= signs[i];
        }
    }

    /// Transforms `count` blocks from block `first` on. The scalar twin of [SimdRotation#transform].
    static void transform(float[] x, int first, int count) {
        for (int step = 1; step < count; step *= 2) {
            for (int block = first; block < first + count; block += 2 * step) {
                int a = block * QueryBlock.LANES;
                int b = a + step * QueryBlock.LANES;
                for (int i = 0; i < step * QueryBlock.LANES; i++) {
                    float low = x[a + i];
                    float high = x[b + i];
                    x[a + i] = low + high;
                    x[b + i] = low - high;
                }
            }
        }
    }
}
