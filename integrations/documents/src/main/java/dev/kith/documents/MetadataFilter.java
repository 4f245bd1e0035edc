package dev.kith.documents;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/// A condition on free metadata. A value; immutable.
///
/// Numbers are compared as numbers, whatever their types: 5, 5L and 5.0 are equal, longs are exact above 2^53, and a `Float`
/// counts as the shortest decimal that names it, so 1.1f equals 1.1. Strings and UUIDs are compared as strings, by code point.
/// A string is never equal to a number. A comparison is true only of a chunk that has the key with a value of a kind that
/// can be compared; `not(x)` is true exactly where `x` is false. Of a list, `EQUAL` and `in` ask whether it holds the value,
/// and nothing else is true; an empty list counts as no value.
public sealed interface MetadataFilter {
    /// How two values are compared.
    enum Operator {
        /// The same.
        EQUAL,
        /// Above.
        GREATER,
        /// Above or the same.
        GREATER_OR_EQUAL,
        /// Below.
        LESS,
        /// Below or the same.
        LESS_OR_EQUAL
    }

    /// True of every chunk.
    record All() implements MetadataFilter {}

    /// The value of `key` compares with `value`.
    record Compare(String key, Operator operator, Object value) implements MetadataFilter {
        /// Checks for null.
        public Compare {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(operator, "operator");
            requireValue(key, value);
        }
    }

    /// The value of `key` is one of `values`.
    record In(String key, List<Object> values) implements MetadataFilter {
        /// Copies and checks for null.
        public In {
            Objects.requireNonNull(key, "key");
            values.forEach(v -> requireValue(key, v));
            values = List.copyOf(values);
        }
    }

    /// The string of `key` has `part` in it, to the letter.
    record ContainsText(String key, String part) implements MetadataFilter {
        /// Checks for null.
        public ContainsText {
            Objects.requireNonNull(key, "key");
            requireValue(key, part);
        }
    }

    /// There is a value for `key`.
    record Exists(String key) implements MetadataFilter {
        /// Checks for null.
        public Exists {
            Objects.requireNonNull(key, "key");
        }
    }

    /// All operands are true.
    record And(List<MetadataFilter> operands) implements MetadataFilter {
        /// Copies.
        public And {
            operands = List.copyOf(operands);
        }
    }

    /// At least one operand is true.
    record Or(List<MetadataFilter> operands) implements MetadataFilter {
        /// Copies.
        public Or {
            operands = List.copyOf(operands);
        }
    }

    /// The operand is false.
    record Not(MetadataFilter operand) implements MetadataFilter {
        /// Checks for null.
        public Not {
            Objects.requireNonNull(operand, "operand");
        }
    }

    /// Every chunk.
    static MetadataFilter all() {
        return new All();
    }

    /// The value of `key` compares with `value`.
    static MetadataFilter compare(String key, Operator operator, Object value) {
        return new Compare(key, operator, value);
    }

    /// The value of `key` equals `value`, or its list holds it.
    static MetadataFilter eq(String key, Object value) {
        return new Compare(key, Operator.EQUAL, value);
    }

    /// One of `values`.
    static MetadataFilter in(String key, Collection<?> values) {
        return new In(key, new ArrayList<>(values));
    }

    /// The string has `part` in it.
    static MetadataFilter containsText(String key, String part) {
        return new ContainsText(key, part);
    }

    /// There is a value.
    static MetadataFilter exists(String key) {
        return new Exists(key);
    }

    /// All of `operands`.
    static MetadataFilter and(MetadataFilter... operands) {
        return new And(List.of(operands));
    }

    /// At least one of `operands`.
    static MetadataFilter or(MetadataFilter... operands) {
        return new Or(List.of(operands));
    }

    /// The opposite.
    static MetadataFilter not(MetadataFilter operand) {
        return new Not(operand);
    }

    private static void requireValue(String key, Object value) {
        if (value == null) {
            throw new IllegalArgumentException("filter on metadata '" + key + "': a value is needed, found null");
        }
    }
}
