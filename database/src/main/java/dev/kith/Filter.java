package dev.kith;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A condition on the metadata of a record. A value; immutable; checked against the schema where it is used.
///
/// {@snippet :
/// Filter filter = Filter.eq("lang", "en").and(Filter.ge("year", 2020)).and(Filter.exists("price").not());
/// }
///
/// The same as text, with parameters that are bound as values and never become part of the text:
///
/// {@snippet :
/// Filter same = Filter.parse("lang = 'en' and year >= :from and not exists(price)", Map.of("from", 2020));
/// }
///
/// Semantics, the same everywhere:
/// - A comparison is true only of a record that has the field. `not(x)` is true exactly where `x` is false, so `ne` and
///   `notIn`, which are `not(eq)` and `not(in)`, are true of a record that lacks the field.
/// - Null is not a value: no comparison and no `exists` is true of a field that is null; `isNull` is, and is false of a field
///   that is missing.
/// - A list field is asked by `contains`, `containsAny`, `containsAll`, `exists` and `isNull` only; `exists` is false of an empty
///   list. A list of geo points is asked by `withinDistance` and `withinBox`, true if any of its points is within.
/// - A text field is asked by `matches`, `matchesAny`, `exists` and `isNull` only.
/// - A value is converted to the type of the field by the rules of [FieldType]; a value that has no exact place there is an
///   error, not "no match".
/// - Keywords compare by code point, uuids as 128 bits without sign. Geo points and booleans have no order.
///
/// The methods here keep whole numbers as `Long` and `float` as `double`, which is exact, so that a filter and its text are
/// equal: `Filter.parse(filter.toText()).equals(filter)`.
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
            fromInclusive = fromInclusive && from != null;
            toInclusive = toInclusive && to != null;
        }
    }

    /// The record has at least one value in the field.
    record Exists(String field) implements Filter {
        /// Checks for null.
        public Exists {
            requireField(field);
        }
    }

    /// The field is null on purpose; false of a record that lacks it.
    record IsNull(String field) implements Filter {
        /// Checks for null.
        public IsNull {
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

    /// The whole keyword fits a pattern: `*` stands for any characters, `?` for one code point, `\` takes the next one as it is.
    /// Takes time linear in the length of the keyword, whatever the pattern.
    record Wildcard(String field, String pattern) implements Filter {
        /// Checks for null.
        public Wildcard {
            requireField(field);
            requireValue(field, pattern);
        }
    }

    /// The text has words of `text`, which is cut into words as the field is; false of all if that leaves none.
    ///
    /// @param all whether every word must be there, or one is enough
    record Matches(String field, String text, boolean all) implements Filter {
        /// Checks for null.
        public Matches {
            requireField(field);
            requireValue(field, text);
        }
    }

    /// The geo point lies on or within a circle, by great circles on a sphere of the earth's mean radius.
    ///
    /// @param meters radius, finite and not negative
    record WithinDistance(String field, GeoPoint center, double meters) implements Filter {
        /// Checks for null and the radius.
        public WithinDistance {
            requireField(field);
            requireValue(field, center);
            if (!(meters >= 0) || Double.isInfinite(meters)) {
                throw new InvalidFilterException(field, "a radius in meters that is finite and not negative",
                        Double.toString(meters));
            }
        }
    }

    /// The geo point lies on or within a box of degrees. A box whose west is greater than its east crosses the date line.
    ///
    /// @param southWest the corner of least latitude
    /// @param northEast the opposite corner
    record WithinBox(String field, GeoPoint southWest, GeoPoint northEast) implements Filter {
        /// Checks for null and that south is not above north.
        public WithinBox {
            requireField(field);
            requireValue(field, southWest);
            requireValue(field, northEast);
            if (southWest.latitude() > northEast.latitude()) {
                throw new InvalidFilterException(field, "a box whose south is not above its north",
                        "south " + southWest.latitude() + ", north " + northEast.latitude());
            }
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

    /// The id of the record begins with `prefix`.
    record IdPrefix(String prefix) implements Filter {
        /// Checks for null.
        public IdPrefix {
            requireValue("id", prefix);
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
        return new Eq(field, plain(field, value));
    }

    /// The single value of `field` does not equal `value`, or the record has none.
    static Filter ne(String field, Object value) {
        return new Not(eq(field, value));
    }

    /// Greater than `value`.
    static Filter gt(String field, Object value) {
        return new Range(field, plain(field, value), false, null, false);
    }

    /// Greater than or equal to `value`.
    static Filter ge(String field, Object value) {
        return new Range(field, plain(field, value), true, null, false);
    }

    /// Less than `value`.
    static Filter lt(String field, Object value) {
        return new Range(field, null, false, plain(field, value), false);
    }

    /// Less than or equal to `value`.
    static Filter le(String field, Object value) {
        return new Range(field, null, false, plain(field, value), true);
    }

    /// From `from` to `to`, both included; false of all records if `from` is greater than `to`.
    static Filter between(String field, Object from, Object to) {
        return new Range(field, plain(field, from), true, plain(field, to), true);
    }

    /// One of `values`.
    static Filter in(String field, Object... values) {
        return in(field, Arrays.asList(values));
    }

    /// One of `values`.
    static Filter in(String field, Collection<?> values) {
        return new In(field, plainAll(field, values));
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
        return new ContainsAny(field, List.of(plain(field, value)));
    }

    /// The list has at least one of `values`.
    static Filter containsAny(String field, Object... values) {
        return containsAny(field, Arrays.asList(values));
    }

    /// The list has at least one of `values`.
    static Filter containsAny(String field, Collection<?> values) {
        return new ContainsAny(field, plainAll(field, values));
    }

    /// The list has all of `values`; true for no values.
    static Filter containsAll(String field, Object... values) {
        return containsAll(field, Arrays.asList(values));
    }

    /// The list has all of `values`; true for no values.
    static Filter containsAll(String field, Collection<?> values) {
        return new And(plainAll(field, values).stream().map(v -> contains(field, v)).toList());
    }

    /// The field is null on purpose, which is not the same as missing.
    static Filter isNull(String field) {
        return new IsNull(field);
    }

    /// The whole keyword fits a pattern of `*` (any characters) and `?` (one code point); `\` takes the next one as it is.
    static Filter wildcard(String field, String pattern) {
        return new Wildcard(field, pattern);
    }

    /// The text has every word of `text`; false of all if `text` has no words.
    static Filter matches(String field, String text) {
        return new Matches(field, text, true);
    }

    /// The text has at least one word of `text`.
    static Filter matchesAny(String field, String text) {
        return new Matches(field, text, false);
    }

    /// The geo point lies at most `meters` from `center`.
    static Filter withinDistance(String field, GeoPoint center, double meters) {
        return new WithinDistance(field, center, meters);
    }

    /// The geo point lies in the box between two corners.
    static Filter withinBox(String field, GeoPoint southWest, GeoPoint northEast) {
        return new WithinBox(field, southWest, northEast);
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

    /// The id of the record begins with `prefix`.
    static Filter idPrefix(String prefix) {
        return new IdPrefix(prefix);
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

    /// Reads the text of a filter without parameters; see [#parse(String, Map)].
    static Filter parse(String text) {
        return parse(text, Map.of());
    }

    /// Reads the text of a filter. `docs/guide/records-and-filters.md` tells the language.
    ///
    /// @param text at most [Limits#MAX_FILTER_TEXT] characters, nested at most [Limits#MAX_FILTER_DEPTH] deep
    /// @param parameters what stands for `:name`: a value, or a collection of values for a list. Each must be used
    /// @throws InvalidFilterException naming the place in the text, what was expected there and what was found
    static Filter parse(String text, Map<String, ?> parameters) {
        return FilterParser.parse(text, parameters);
    }

    /// The filter as text, which [#parse(String)] reads back.
    ///
    /// @throws InvalidFilterException if it holds a value that no field takes, or nests deeper than [Limits#MAX_FILTER_DEPTH]
    default String toText() {
        return FilterWriter.write(this);
    }

    /// Whole numbers as `Long`, `float` as `double`: exact, and one form for each number.
    private static Object plain(String field, @Nullable Object value) {
        return switch (requireValue(field, value)) {
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case Float n -> n.doubleValue();
            case Object other -> other;
        };
    }

    private static List<Object> plainAll(String field, Collection<?> values) {
        return copy(field, values).stream().map(value -> plain(field, value)).toList();
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

    private static List<Object> copy(String field, Collection<?> values) {
        List<Object> copy = new ArrayList<>(values.size());
        for (Object value : values) {
            copy.add(requireValue(field, value));
        }
        return Collections.unmodifiableList(copy);
    }
}
