package dev.kith;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The components of one vector, as the caller gave them and as they are given back. Immutable.
public sealed interface VectorValue {
    /// Number of components.
    int dimension();

    /// The components as floats, in a new array.
    float[] toFloats();

    /// The name of the embedding model that made the vector, or null if none was named. Not part of equality; vectors that are read
    /// from a collection name none.
    @Nullable
    String model();

    /// This vector, made by the embedding model of that name: written to, or searched for in, a field that does not record the
    /// same model, it is refused.
    ///
    /// {@snippet :
    /// collection.search(Query.of(Clause.nearest("embedding", VectorValue.of(floats).madeBy("all-MiniLM-L6-v2"))));
    /// }
    ///
    /// @throws InvalidNameException if the name is blank or longer than [Limits#MAX_MODEL_CHARACTERS]
    VectorValue madeBy(String model);

    /// A vector of floats; copied.
    static VectorValue of(float... components) {
        return new Floats(components.clone(), null);
    }

    /// A vector of signed bytes; copied.
    static VectorValue of(byte... components) {
        return new Bytes(components.clone(), null);
    }

    /// Single-precision components.
    final class Floats implements VectorValue {
        private final float[] components;
        private final @Nullable String model;

        Floats(float[] components, @Nullable String model) {
            this.components = components;
            this.model = model;
        }

        @Override
        public @Nullable String model() {
            return model;
        }

        @Override
        public VectorValue madeBy(String name) {
            return new Floats(components, Names.checkModel(name));
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
        private final @Nullable String model;

        Bytes(byte[] components, @Nullable String model) {
            this.components = components;
            this.model = model;
        }

        @Override
        public @Nullable String model() {
            return model;
        }

        @Override
        public VectorValue madeBy(String name) {
            return new Bytes(components, Names.checkModel(name));
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
