package dev.kith;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Several float32 vectors of one dimension that stand for one record together: one for each token or image patch, as late
/// interaction models make them (Khattab and Zaharia, "ColBERT", 2020). Immutable; at least one vector.
public final class MultiVector {
    private final int dimension;
    private final float[] components;

    private MultiVector(int dimension, float[] components) {
        this.dimension = dimension;
        this.components = components;
    }

    /// Several vectors; copied.
    ///
    /// @param vectors at least one, all of one length of at least 1, finite
    /// @throws IllegalArgumentException naming what is wrong
    public static MultiVector of(List<float[]> vectors) {
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException("a multi-vector has at least one vector, found none");
        }
        int dimension = vectors.getFirst().length;
        float[] all = new float[Math.multiplyExact(vectors.size(), dimension)];
        for (int i = 0; i < vectors.size(); i++) {
            float[] vector = vectors.get(i);
            if (vector.length != dimension) {
                throw new IllegalArgumentException(
                        "the vectors of a multi-vector have one dimension, found " + dimension + " and " + vector.length);
            }
            System.arraycopy(vector, 0, all, i * dimension, dimension);
        }
        return of(dimension, all);
    }

    /// Several vectors one after the other; copied.
    ///
    /// @param dimension of each, at least 1
    /// @param components a multiple of `dimension`, not empty, finite
    /// @throws IllegalArgumentException naming what is wrong
    public static MultiVector of(int dimension, float[] components) {
        if (dimension < 1 || components.length == 0 || components.length % dimension != 0) {
            throw new IllegalArgumentException("a multi-vector of dimension " + dimension
                    + " needs a multiple of that of components, found " + components.length);
        }
        for (int i = 0; i < components.length; i++) {
            if (!Float.isFinite(components[i])) {
                throw new IllegalArgumentException("a multi-vector has finite components, found " + components[i]
                        + " at component " + i % dimension + " of vector " + i / dimension);
            }
        }
        return new MultiVector(dimension, components.clone());
    }

    /// Components of each vector.
    public int dimension() {
        return dimension;
    }

    /// Number of vectors.
    public int count() {
        return components.length / dimension;
    }

    /// Vector `i` in a new array.
    public float[] vector(int i) {
        Objects.checkIndex(i, count());
        return Arrays.copyOfRange(components, i * dimension, (i + 1) * dimension);
    }

    /// All components, vector after vector, in a new array.
    public float[] toFloats() {
        return components.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MultiVector m && dimension == m.dimension && Arrays.equals(components, m.components);
    }

    @Override
    public int hashCode() {
        return 31 * dimension + Arrays.hashCode(components);
    }

    @Override
    public String toString() {
        return "multi[" + count() + " x " + dimension + "]";
    }
}
