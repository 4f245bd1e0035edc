package dev.kith;

import java.util.Objects;

/// One way of looking for records; a [Query] has one, or several that are fused.
public sealed interface Clause {
    /// The field that is searched.
    String field();

    /// How much this clause counts when several are fused; positive and finite.
    double weight();

    /// Nearest by vector.
    ///
    /// @param field a vector field
    /// @param vector the query vector, in the encoding of the field or floats
    /// @param effort how hard to try
    /// @param weight positive and finite
    record Nearest(String field, VectorValue vector, Effort effort, double weight) implements Clause {
        /// Checks for null and the weight.
        public Nearest {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(vector, "vector");
            Objects.requireNonNull(effort, "effort");
            checkWeight(weight);
        }

        /// This clause with another effort.
        public Nearest effort(Effort newEffort) {
            return new Nearest(field, vector, newEffort, weight);
        }

        @Override
        public Nearest weight(double newWeight) {
            return new Nearest(field, vector, effort, newWeight);
        }
    }

    /// Best by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) for any of the
    /// words of a text.
    ///
    /// @param field a text field
    /// @param text words; they are analyzed like the field
    /// @param weight positive and finite
    record Text(String field, String text, double weight) implements Clause {
        /// Checks for null and the weight.
        public Text {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(text, "text");
            checkWeight(weight);
        }

        @Override
        public Text weight(double newWeight) {
            return new Text(field, text, newWeight);
        }
    }

    /// This clause with another weight.
    Clause weight(double newWeight);

    /// Nearest to a float32 vector; copied.
    static Nearest nearest(String field, float[] vector) {
        return new Nearest(field, VectorValue.of(vector), Effort.auto(), 1);
    }

    /// Nearest to an int8 vector; copied.
    static Nearest nearest(String field, byte[] vector) {
        return new Nearest(field, VectorValue.of(vector), Effort.auto(), 1);
    }

    /// Best by BM25 for any of the words of `text`.
    static Text text(String field, String text) {
        return new Text(field, text, 1);
    }

    private static void checkWeight(double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new InvalidQueryException("weight", "a positive finite number", Double.toString(weight));
        }
    }
}
