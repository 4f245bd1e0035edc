package dev.kith;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A condition on the metadata of a record. A value; immutable; checked against the schema where it is used.
///
/// {@snippet :
/// Filter filter = Filter.eq("lang", "en").and(Filter.ge("year", 2020)).and(Filter.exists("price").not());
/// }
///
/// Semantics, the same everywhere:
/// - A comparison is true only of a record that has the field. `not(x)` is true exactly where `x` is false, so `ne` and
///   `notIn`, which are `not(eq)` and `not(in)`, are true of a record that lacks the field.
/// - A list field is asked by `contains`, `containsAny`, `containsAll` and `exists` only; `exists` is false of an empty list.
/// - A text field is asked by `exists` only; words in it are found by [Clause#text].
/// - A value is converted to the type of the field by the rules of [FieldType]; a value that has no exact place there is an
///   error, not "no match".
/// - Keywords compare by code point.
public sealed interface Filter {
    /// True of every record.
    record All() implements Filter {}

    /// The single value equals `value`.
    record Eq(String field, Object value) implements Filter {
        /// Checks for null.
        public Eq {
            requireField(field);
            requireValue(field, value);
        }
    }

    /// The single value is one of `values`; false of all for no values.
    record In(String field, List<Object> values) implements Filter {
        /// Copies and checks for null.
        public In {
            requireField(field);
            values = copy(field, values);
        }
    }

    /// The single value lies between two bounds; a null bound is open.
    record Range(String field, @Nullable Object from, boolean fromInclusive, @Nullable Object to, boolean toInclusive)
            implements
                Filter {
        /// Checks that there is a bound.
        public Range {
            requireField(field);
            if (from == null && to == null) {
                throw new InvalidFilterException(field, "a lower or an upper bound", "neither; use exists");
            }
        }
    }

    /// The record has at least one value in the field.
    record Exists(String field) implements Filter {
        /// Checks for null.
        public Exists {
            requireField(field);
        }
    }

    /// The list has at least one of `values`; false of all for no values.
    record ContainsAny(String field, List<Object> values) implements Filter {
        /// Copies and checks for null.
        public ContainsAny {
            requireField(field);
            values = copy(field, values);
        }
    }

    /// The keyword begins with `prefix`.
    record Prefix(String field, String prefix) implements Filter {
        /// Checks for null.
        public Prefix {
            requireField(field);
            requireValue(field, prefix);
        }
    }

    /// The record has one of these ids.
    record Ids(List<String> ids) implements Filter {
        /// Copies and checks for null.
        public Ids {
            for (String id : ids) {
                requireValue("id", id);
            }
            ids = List.copyOf(ids);
        }
    }

    /// All operands are true; true for no operands.
    record And(List<Filter> operands) implements Filter {
        /// Copies.
        public And {
            operands = List.copyOf(operands);
        }
    }

    /// At least one operand is true; false for no operands.
    record Or(List<Filter> operands) implements Filter {
        /// Copies.
        public Or {
            operands = List.copyOf(operands);
        }
    }

    /// The operand is false.
    record Not(Filter operand) implements Filter {
        /// Checks for null.
        public Not {
            Objects.requireNonNull(operand, "operand");
        }
    }

    /// Every record.
    static Filter all() {
        return new All();
    }

    /// The single value of `field` equals `value`.
    static Filter eq(String field, Object value) {
        return new Eq(field, value);
    }

    /// The single value of `field` does not equal `value`, or the record has none.
    static Filter ne(String field, Object value) {
        return new Not(new Eq(field, value));
    }

    /// Greater than `value`.
    static Filter gt(String field, Object value) {
        return new Range(field, value, false, null, false);
    }

    /// Greater than or equal to `value`.
    static Filter ge(String field, Object value) {
        return new Range(field, value, true, null, false);
    }

    /// Less than `value`.
    static Filter lt(String field, Object value) {
        return new Range(field, null, false, value, false);
    }

    /// Less than or equal to `value`.
    static Filter le(String field, Object value) {
        return new Range(field, null, false, value, true);
    }

    /// From `from` to `to`, both included; false of all records if `from` is greater than `to`.
    static Filter between(String field, Object from, Object to) {
        return new Range(field, requireValue(field, from), true, requireValue(field, to), true);
    }

    /// One of `values`.
    static Filter in(String field, Object... values) {
        return new In(field, Arrays.asList(values));
    }

    /// One of `values`.
    static Filter in(String field, Collection<?> values) {
        return new In(field, new ArrayList<>(values));
    }

    /// None of `values`, or the record has no value.
    static Filter notIn(String field, Object... values) {
        return new Not(in(field, values));
    }

    /// None of `values`, or the record has no value.
    static Filter notIn(String field, Collection<?> values) {
        return new Not(in(field, values));
    }

    /// The record has at least one value in `field`.
    static Filter exists(String field) {
        return new Exists(field);
    }

    /// The list has `value`.
    static Filter contains(String field, Object value) {
        return new ContainsAny(field, Arrays.asList(value));
    }

    /// The list has at least one of `values`.
    static Filter containsAny(String field, Object... values) {
        return new ContainsAny(field, Arrays.asList(values));
    }

    /// The list has all of `values`; true for no values.
    static Filter containsAll(String field, Object... values) {
        return new And(Arrays.stream(values).map(v -> contains(field, v)).toList());
    }

    /// The keyword begins with `prefix`.
    static Filter prefix(String field, String prefix) {
        return new Prefix(field, prefix);
    }

    /// The record has one of these ids.
    static Filter ids(String... ids) {
        return new Ids(Arrays.asList(ids));
    }

    /// The record has one of these ids.
    static Filter ids(Collection<String> ids) {
        return new Ids(new ArrayList<>(ids));
    }

    /// All of `operands`; every record for none.
    static Filter and(List<Filter> operands) {
        return new And(operands);
    }

    /// All of `operands`.
    static Filter and(Filter... operands) {
        return new And(Arrays.asList(operands));
    }

    /// At least one of `operands`; no record for none.
    static Filter or(List<Filter> operands) {
        return new Or(operands);
    }

    /// At least one of `operands`.
    static Filter or(Filter... operands) {
        return new Or(Arrays.asList(operands));
    }

    /// The opposite of `operand`.
    static Filter not(Filter operand) {
        return new Not(operand);
    }

    /// This and `other`.
    default Filter and(Filter other) {
        return new And(List.of(this, other));
    }

    /// This or `other`.
    default Filter or(Filter other) {
        return new Or(List.of(this, other));
    }

    /// The opposite of this.
    default Filter not() {
        return new Not(this);
    }

    private static void requireField(@Nullable String field) {
        if (field == null) {
            throw new InvalidFilterException("null", "a field name", "null");
        }
    }

    private static Object requireValue(String field, @Nullable Object value) {
        if (value == null) {
            throw new InvalidFilterException(field, "a value (use exists to ask for presence)", "null");
        }
        return value;
    }

    private static List<Object> copy(String field, List<?> values) {
        List<Object> copy = new ArrayList<>(values.size());
        for (Object value : values) {
            copy.add(requireValue(field, value));
        }
        return java.util.Collections.unmodifiableList(copy);
    }
}
