package dev.kith;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// A vector of which only the components that are not zero are listed: the weight of each term of a vocabulary, as learned
/// sparse encoders make them. Immutable.
///
/// Invariant: indices ascend strictly and are not negative; weights are finite and not zero.
public final class SparseVector {
    private final int[] indices;
    private final float[] weights;

    private SparseVector(int[] indices, float[] weights) {
        this.indices = indices;
        this.weights = weights;
    }

    /// A sparse vector; copied, sorted by index.
    ///
    /// @param indices not negative, each once
    /// @param weights of the same length, finite; zeros are left out
    /// @throws IllegalArgumentException naming what is wrong
    public static SparseVector of(int[] indices, float[] weights) {
        if (indices.length != weights.length) {
            throw new IllegalArgumentException("a sparse vector has as many weights as indices, found " + indices.length
                    + " indices and " + weights.length + " weights");
        }
        TreeMap<Integer, Float> sorted = new TreeMap<>();
        for (int i = 0; i < indices.length; i++) {
            if (sorted.put(indices[i], weights[i]) != null) {
                throw new IllegalArgumentException("index " + indices[i] + " of a sparse vector occurs twice");
            }
        }
        return of(sorted);
    }

    /// A sparse vector from index to weight; copied.
    ///
    /// @param weights finite; zeros are left out
    /// @throws IllegalArgumentException naming what is wrong
    public static SparseVector of(Map<Integer, Float> weights) {
        TreeMap<Integer, Float> sorted = new TreeMap<>(weights);
        sorted.forEach((index, weight) -> {
            if (index < 0 || !Float.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "a sparse vector has indices from 0 and finite weights, found " + weight + " at index " + index);
            }
        });
        sorted.values().removeIf(weight -> weight == 0);
        int[] indices = new int[sorted.size()];
        float[] values = new float[sorted.size()];
        int i = 0;
        for (Map.Entry<Integer, Float> entry : sorted.entrySet()) {
            indices[i] = entry.getKey();
            values[i++] = entry.getValue();
        }
        return new SparseVector(indices, values);
    }

    /// Number of components that are not zero.
    public int size() {
        return indices.length;
    }

    /// The index of component `i` of those listed.
    public int index(int i) {
        return indices[i];
    }

    /// The weight of component `i` of those listed.
    public float weight(int i) {
        return weights[i];
    }

    /// The inner product with another.
    public double dot(SparseVector other) {
        double sum = 0;
        int i = 0;
        int j = 0;
        while (i < indices.length && j < other.indices.length) {
            int c = Integer.compare(indices[i], other.indices[j]);
            if (c == 0) {
                sum += (double) weights[i++] * other.weights[j++];
            } else if (c < 0) {
                i++;
            } else {
                j++;
            }
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseVector s && Arrays.equals(indices, s.indices) && Arrays.equals(weights, s.weights);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(indices) + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return "sparse[" + indices.length + "]";
    }
}
