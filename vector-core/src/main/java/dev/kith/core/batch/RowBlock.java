package dev.kith.core.batch;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Some rows as one matrix operand: float32, row-major, shape (capacity, dimension), for [Metric#COSINE] multiplied by
/// their inverse norms, with what the metric subtracts from each product and the norms an error bound needs.
///
/// With `product = query . row`, the *closeness* `product - bias(row)` is larger where the row is nearer, for every metric:
/// the bias is half the squared norm for [Metric#SQUARED_L2] and 0 otherwise. Not thread-safe; reused from block to block.
public final class RowBlock {
    private final int capacity;
    private final int dimension;
    private final float[] values;
    private final float[] biases;
    private final int[] ordinals;
    private final byte[] bytes;
    private int size;
    private RowNorms norms = RowNorms.NONE;

    /// A block with room for `capacity` rows.
    public RowBlock(int capacity, int dimension, VectorEncoding encoding) {
        this.capacity = capacity;
        this.dimension = dimension;
        this.values = new float[Math.multiplyExact(capacity, dimension)];
        this.biases = new float[capacity];
        this.ordinals = new int[capacity];
        this.bytes = new byte[encoding == VectorEncoding.INT8 ? dimension : 0];
    }

    /// Takes rows `source[from ..< from + count]` of `vectors`; `count` is at most the capacity. Places behind them up to
    /// the capacity are zero rows.
    public void load(DenseVectors vectors, int[] source, int from, int count) {
        System.arraycopy(source, from, ordinals, 0, count);
        size = count;
        norms = RowNorms.NONE;
        for (int i = 0; i < count; i++) {
            loadRow(vectors, i);
        }
        Arrays.fill(values, count * dimension, capacity * dimension, 0f);
        Arrays.fill(biases, count, capacity, 0f);
    }

    private void loadRow(DenseVectors vectors, int i) {
        int at = i * dimension;
        copy(vectors, vectors.rowOffset(ordinals[i]), at);
        double raw = 0;
        double inverse = 0;
        if (vectors.metric() == Metric.COSINE) {
            raw = Math.sqrt(squaredNorm(at));
            inverse = vectors.inverseNorm(ordinals[i]);
            scale(values, at, dimension, (float) inverse);
        }
        double squared = squaredNorm(at);
        norms = norms.and(new RowNorms(Math.sqrt(squared), raw, Math.abs(inverse)));
        biases[i] = vectors.metric() == Metric.SQUARED_L2 ? (float) (squared / 2) : 0f;
    }

    private void copy(DenseVectors vectors, long offset, int at) {
        if (vectors.encoding() == VectorEncoding.INT8) {
            MemorySegment.copy(vectors.rows(), ValueLayout.JAVA_BYTE, offset, bytes, 0, dimension);
            widen(bytes, values, at, dimension);
        } else {
            VectorBytes.read(vectors.encoding(), vectors.rows(), offset, values, at, dimension);
        }
    }

    private static void widen(byte[] bytes, float[] values, int at, int count) {
        for (int i = 0; i < count; i++) {
            values[at + i] = bytes[i];
        }
    }

    private static void scale(float[] values, int at, int count, float factor) {
        for (int i = at; i < at + count; i++) {
            values[i] *= factor;
        }
    }

    private double squaredNorm(int at) {
        return VectorKernels.simd() ? TileKernel.squaredNorm(values, at, dimension) : squaredNorm(values, at, dimension);
    }

    /// The sum of squares, in double.
    static double squaredNorm(float[] values, int at, int count) {
        double a = 0;
        double b = 0;
        int i = at;
        for (; i < at + count - 1; i += 2) {
            a += (double) values[i] * values[i];
            b += (double) values[i + 1] * values[i + 1];
        }
        if (i < at + count) {
            a += (double) values[i] * values[i];
        }
        return a + b;
    }

    /// Number of rows held.
    public int size() {
        return size;
    }

    /// Number of rows there is room for.
    public int capacity() {
        return capacity;
    }

    /// The operand, shape (capacity, dimension).
    public float[] values() {
        return values;
    }

    /// What is subtracted from a product with row `i` of this block.
    public float bias(int i) {
        return biases[i];
    }

    /// The ordinal of row `i` of this block.
    public int ordinal(int i) {
        return ordinals[i];
    }

    /// What is subtracted from each product, one for each row; the array is the block's own.
    public float[] biases() {
        return biases;
    }

    /// The largest norms of the rows held.
    public RowNorms norms() {
        return norms;
    }
}
