package dev.kith.internal.filter;

import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.GeoPoint;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.GeoMath;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Evaluates a bound filter on one record, as plainly as possible: the road for recent records, and the judge of the Lucene
/// road in tests. Records must hold values in the types of their fields.
public final class FilterEvaluator {
    private FilterEvaluator() {}

    /// Whether the record matches.
    public static boolean matches(BoundFilter filter, Record record) {
        return matches(filter, filter.filter(), record);
    }

    private static boolean matches(BoundFilter bound, Filter filter, Record record) {
        return switch (filter) {
            case Filter.All _ -> true;
            case Filter.Eq(String name, Object value) -> value.equals(record.field(name));
            case Filter.In(String name, List<Object> values) -> {
                Object have = record.field(name);
                yield have != null && values.contains(have);
            }
            case Filter.Range range -> inRange(bound.scalar(range.field()), range, record.field(range.field()));
            case Filter.Exists(String name) -> exists(record, name);
            case Filter.ContainsAny(String name, List<Object> values) ->
                record.field(name) instanceof Collection<?> have && values.stream().anyMatch(have::contains);
            case Filter.Prefix(String name, String prefix) -> record.field(name) instanceof String s && s.startsWith(prefix);
            case Filter.IsNull(String name) -> record.nulls().contains(name);
            case Filter.Wildcard wildcard ->
                record.field(wildcard.field()) instanceof String s && bound.pattern(wildcard).matches(s);
            case Filter.Matches matches -> matches(bound, matches, record);
            case Filter.WithinDistance(String name, GeoPoint center, double meters) ->
                anyPoint(record.field(name), point -> GeoMath.withinDistance(point, center, meters));
            case Filter.WithinBox(String name, GeoPoint southWest, GeoPoint northEast) ->
                anyPoint(record.field(name), point -> GeoMath.withinBox(point, southWest, northEast));
            case Filter.Ids(List<String> ids) -> ids.contains(record.id());
            case Filter.IdPrefix(String prefix) -> record.id().startsWith(prefix);
            case Filter.And(List<Filter> operands) -> {
                for (Filter operand : operands) {
                    if (!matches(bound, operand, record)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Filter.Or(List<Filter> operands) -> {
                for (Filter operand : operands) {
                    if (matches(bound, operand, record)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Filter.Not(Filter operand) -> !matches(bound, operand, record);
        };
    }

    private static boolean matches(BoundFilter bound, Filter.Matches matches, Record record) {
        Set<String> sought = bound.sought(matches);
        if (sought.isEmpty() || !(record.field(matches.field()) instanceof String text)) {
            return false;
        }
        Set<String> there = bound.words().of(matches.field(), text);
        return matches.all() ? there.containsAll(sought) : sought.stream().anyMatch(there::contains);
    }

    private static boolean anyPoint(@Nullable Object have, Predicate<GeoPoint> test) {
        return switch (have) {
            case GeoPoint point -> test.test(point);
            case Collection<?> points -> points.stream().anyMatch(point -> test.test((GeoPoint) point));
            case null -> false;
            default -> throw new IllegalStateException("not a geo point: " + have);
        };
    }

    private static boolean exists(Record record, String name) {
        Object have = record.field(name);
        return have instanceof Collection<?> list ? !list.isEmpty() : have != null || record.vectors().containsKey(name);
    }

    private static boolean inRange(ScalarField field, Filter.Range range, @Nullable Object have) {
        if (have == null) {
            return false;
        }
        return above(field.type(), have, range) && below(field.type(), have, range);
    }

    private static boolean above(FieldType type, Object have, Filter.Range range) {
        Object from = range.from();
        if (from == null) {
            return true;
        }
        int c = FieldValues.compare(type, have, from);
        return range.fromInclusive() ? c >= 0 : c > 0;
    }

    private static boolean below(FieldType type, Object have, Filter.Range range) {
        Object to = range.to();
        if (to == null) {
            return true;
        }
        int c = FieldValues.compare(type, have, to);
        return range.toInclusive() ? c <= 0 : c < 0;
    }
}
