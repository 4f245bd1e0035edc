package dev.kith;

import java.util.Arrays;

/// The components of one vector, as the caller gave them and as they are given back. Immutable.
public sealed interface VectorValue {
    /// Number of components.
    int dimension();

    /// The components as floats, in a new array.
    float[] toFloats();

    /// A vector of floats; copied.
    static VectorValue of(float... components) {
        return new Floats(components.clone());
    }

    /// A vector of signed bytes; copied.
    static VectorValue of(byte... components) {
        return new Bytes(components.clone());
    }

    /// Single-precision components.
    final class Floats implements VectorValue {
        private final float[] components;

        Floats(float[] components) {
            this.components = components;
        }

        @Override
        public int dimension() {
            return components.length;
        }

        /// Component `i`.
        public float get(int i) {
            return components[i];
        }

        @Override
        public float[] toFloats() {
            return components.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Floats f && Arrays.equals(components, f.components);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(components);
        }

        @Override
        public String toString() {
            return "float32[" + components.length + "]";
        }
    }

    /// Signed 8-bit components.
    final class Bytes implements VectorValue {
        private final byte[] components;

        Bytes(byte[] components) {
            this.components = components;
        }

        @Override
        public int dimension() {
            return components.length;
        }

        /// Component `i`.
        public byte get(int i) {
            return components[i];
        }

        /// The components in a new array.
        public byte[] toBytes() {
            return components.clone();
        }

        @Override
        public float[] toFloats() {
            float[] floats = new float[components.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = components[i];
            }
            return floats;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes b && Arrays.equals(components, b.components);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(components);
        }

        @Override
        public String toString() {
            return "int8[" + components.length + "]";
        }
    }
}
