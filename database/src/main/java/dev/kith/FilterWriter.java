package dev.kith;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes a filter as the text that [FilterParser] reads back to an equal filter.
final class FilterWriter {
    private final StringBuilder out = new StringBuilder();

    private FilterWriter() {}

    static String write(Filter filter) {
        FilterWriter writer = new FilterWriter();
        writer.filter(filter, 1);
        return writer.out.toString();
    }

    private void filter(Filter filter, int depth) {
        if (depth > Limits.MAX_FILTER_DEPTH) {
            throw new InvalidFilterException("filter", "at most " + Limits.MAX_FILTER_DEPTH + " levels", "more");
        }
        switch (filter) {
            case Filter.All _ -> out.append("true");
            case Filter.Eq(String field, Object value) -> test(field, " = ", value);
            case Filter.In(String field, List<Object> values) -> list(field, " in ", values);
            case Filter.Range range -> range(range);
            case Filter.Exists(String field) -> name("exists(", field).append(')');
            case Filter.IsNull(String field) -> name("", field).append(" is null");
            case Filter.ContainsAny(String field, List<Object> values) when values.size() == 1 ->
                test(field, " contains ", values.getFirst());
            case Filter.ContainsAny(String field, List<Object> values) -> list(field, " contains any ", values);
            case Filter.Prefix(String field, String prefix) -> test(field, " prefix ", prefix);
            case Filter.Wildcard(String field, String pattern) -> test(field, " like ", pattern);
            case Filter.Matches(String field, String text, boolean all) ->
                test(field, all ? " matches " : " matches any ", text);
            case Filter.WithinDistance(String field, GeoPoint center, double meters) -> {
                test(field, " within ", meters);
                out.append(" of ");
                value(field, center);
            }
            case Filter.WithinBox(String field, GeoPoint southWest, GeoPoint northEast) ->
                name("", field).append(" within box(").append(southWest.latitude()).append(", ").append(southWest.longitude())
                        .append(", ").append(northEast.latitude()).append(", ").append(northEast.longitude()).append(')');
            case Filter.Ids(List<String> ids) -> list(null, " in ", ids);
            case Filter.IdPrefix(String prefix) -> {
                out.append("id prefix ");
                value("id", prefix);
            }
            case Filter.And(List<Filter> operands) -> join("and", operands, depth);
            case Filter.Or(List<Filter> operands) -> join("or", operands, depth);
            case Filter.Not(Filter operand) -> not(operand, depth);
        }
    }

    private void not(Filter operand, int depth) {
        switch (operand) {
            case Filter.Eq(String field, Object value) -> test(field, " != ", value);
            case Filter.In(String field, List<Object> values) -> list(field, " not in ", values);
            case Filter.Ids(List<String> ids) -> list(null, " not in ", ids);
            case Filter.IsNull(String field) -> name("", field).append(" is not null");
            case Filter.All _,Filter.Range _,Filter.Exists _,Filter.ContainsAny _,Filter.Prefix _,Filter.Wildcard _,Filter.Matches _,Filter.WithinDistance _,Filter.WithinBox _,Filter.IdPrefix _,Filter.And _,Filter.Or _,Filter.Not _ -> {
                out.append("not ");
                nested(operand, depth + 1);
            }
        }
    }

    private void join(String word, List<Filter> operands, int depth) {
        if (operands.size() >= 2) {
            for (int i = 0; i < operands.size(); i++) {
                out.append(i == 0 ? "" : " " + word + " ");
                nested(operands.get(i), depth + 1);
            }
            return;
        }
        out.append(word).append('('); // none or one: no place for the word between operands
        if (!operands.isEmpty()) {
            filter(operands.getFirst(), depth + 1);
        }
        out.append(')');
    }

    private void nested(Filter operand, int depth) {
        boolean parentheses = switch (operand) {
            case Filter.And and -> and.operands().size() >= 2;
            case Filter.Or or -> or.operands().size() >= 2;
            case Filter.All _,Filter.Eq _,Filter.In _,Filter.Range _,Filter.Exists _,Filter.IsNull _,Filter.ContainsAny _,Filter.Prefix _,Filter.Wildcard _,Filter.Matches _,Filter.WithinDistance _,Filter.WithinBox _,Filter.Ids _,Filter.IdPrefix _,Filter.Not _ ->
                false;
        };
        out.append(parentheses ? "(" : "");
        filter(operand, depth);
        out.append(parentheses ? ")" : "");
    }

    private void range(Filter.Range range) {
        Object from = range.from();
        Object to = range.to();
        if (from == null || to == null) {
            String sign = from == null ? " <" : " >";
            boolean inclusive = from == null ? range.toInclusive() : range.fromInclusive();
            test(range.field(), sign + (inclusive ? "= " : " "), from == null ? Objects.requireNonNull(to) : from);
        } else if (range.fromInclusive() && range.toInclusive()) {
            test(range.field(), " between ", from);
            out.append(" and ");
            value(range.field(), to);
        } else {
            value(range.field(), from);
            name(range.fromInclusive() ? " <= " : " < ", range.field()).append(range.toInclusive() ? " <= " : " < ");
            value(range.field(), to);
        }
    }

    private StringBuilder name(String before, String field) {
        out.append(before);
        boolean bare = !field.isEmpty() && Character.isLetter(field.codePointAt(0)) && !Names.isReserved(field)
                && field.codePoints().allMatch(FilterLexer::isWordPart);
        return bare ? out.append(field) : out.append('`').append(field.replace("`", "``")).append('`');
    }

    private void test(String field, String operator, Object value) {
        name("", field).append(operator);
        value(field, value);
    }

    private void list(@Nullable String field, String operator, List<?> values) {
        if (field == null) {
            out.append("id");
        } else {
            name("", field);
        }
        out.append(operator).append('(');
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            value(field == null ? "id" : field, values.get(i));
        }
        out.append(')');
    }

    private void value(String field, Object value) {
        switch (value) {
            case String text -> quoted(text);
            case Boolean b -> out.append(b);
            case Byte n -> out.append(n);
            case Short n -> out.append(n);
            case Integer n -> out.append(n);
            case Long n -> out.append(n);
            case Float n -> out.append(finite(field, n.doubleValue()));
            case Double n -> out.append(finite(field, n));
            case Instant instant -> out.append("instant('").append(instant).append("')");
            case UUID uuid -> out.append("uuid('").append(uuid).append("')");
            case GeoPoint(double latitude, double longitude) ->
                out.append("point(").append(latitude).append(", ").append(longitude).append(')');
            default -> throw new InvalidFilterException(field, "a value that a field holds",
                    value.getClass().getSimpleName() + " " + value);
        }
    }

    private static double finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidFilterException(field, "a finite number", Double.toString(value));
        }
        return value;
    }

    private void quoted(String text) {
        out.append('\'').append(text.replace("'", "''")).append('\'');
    }
}
