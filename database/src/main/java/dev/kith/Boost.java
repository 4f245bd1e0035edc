package dev.kith;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// A reason, besides the clauses, to rank a record higher or lower: `weight * value` is added to its score, where `value` is told
/// by each kind. Boosts reorder the best [Query#candidates()] records that the clauses found; they find none themselves. Keep the
/// scale of the score in mind: a fused score by reciprocal rank is at most `weights / 61`, a cosine at most 1, BM25 unbounded.
public sealed interface Boost {
    /// Factor of the value; finite, negative to rank lower.
    double weight();

    /// By the number in a field; 0 for a record that lacks it.
    ///
    /// @param field a single-valued number field
    /// @param curve what is made of the number
    record Value(String field, Curve curve, double weight) implements Boost {
        /// What is made of a number `x`.
        public enum Curve {
            /// `x`
            LINEAR,
            /// `ln(1 + x)`, and 0 below 0
            LOG,
            /// the square root of `x`, and 0 below 0
            SQUARE_ROOT,
            /// `x / (1 + |x|)`, in (-1, 1)
            SATURATION
        }

        /// Checks for null and the weight.
        public Value {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(curve, "curve");
            checkWeight(weight);
        }
    }

    /// By the distance of a point in time from an origin, forwards or backwards: 1 there, half of it after each half-life; 0 for a
    /// record that lacks the field.
    ///
    /// @param field a single-valued instant field
    /// @param origin where the value is 1, often now
    /// @param halfLife above zero
    record Recency(String field, Instant origin, Duration halfLife, double weight) implements Boost {
        /// Checks for null and the ranges.
        public Recency {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(origin, "origin");
            if (halfLife.isNegative() || halfLife.isZero()) {
                throw new InvalidQueryException("halfLife", "a time above zero", halfLife.toString());
            }
            checkWeight(weight);
        }
    }

    /// By a condition: 1 for a record that matches, else 0.
    record Matching(Filter filter, double weight) implements Boost {
        /// Checks for null and the weight.
        public Matching {
            Objects.requireNonNull(filter, "filter");
            checkWeight(weight);
        }
    }

    /// Adds `weight * number`.
    static Boost value(String field, double weight) {
        return new Value(field, Value.Curve.LINEAR, weight);
    }

    /// Adds `weight * curve(number)`.
    static Boost value(String field, Value.Curve curve, double weight) {
        return new Value(field, curve, weight);
    }

    /// Adds `weight`, halved for each half-life between the field and `origin`.
    static Boost recency(String field, Instant origin, Duration halfLife, double weight) {
        return new Recency(field, origin, halfLife, weight);
    }

    /// Adds `weight` to records that match.
    static Boost matching(Filter filter, double weight) {
        return new Matching(filter, weight);
    }

    private static void checkWeight(double weight) {
        if (!Double.isFinite(weight)) {
            throw new InvalidQueryException("weight", "a finite number", Double.toString(weight));
        }
    }
}
