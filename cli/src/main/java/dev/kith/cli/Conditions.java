package dev.kith.cli;

import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.ScalarField;
import dev.kith.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Conditions of the command line, such as `pos=noun`, `tag_count>=50`, `pos in adj,adv` or `exists(price)`; several are all
/// required.
final class Conditions {
    private static final Pattern COMPARISON = Pattern.compile("\\s*([\\w.-]+)\\s*(!=|>=|<=|=|>|<)\\s*(.*?)\\s*");
    private static final Pattern IN = Pattern.compile("\\s*([\\w.-]+)\\s+in\\s+(.*?)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*exists\\(\\s*([\\w.-]+)\\s*\\)\\s*");

    private Conditions() {}

    static Filter all(Schema schema, List<String> conditions) {
        List<Filter> filters = new ArrayList<>();
        for (String condition : conditions) {
            filters.add(parse(schema, condition));
        }
        return filters.isEmpty() ? Filter.all() : filters.size() == 1 ? filters.getFirst() : Filter.and(filters);
    }

    static Filter parse(Schema schema, String condition) {
        Matcher exists = EXISTS.matcher(condition);
        if (exists.matches()) {
            return Filter.exists(exists.group(1));
        }
        Matcher in = IN.matcher(condition);
        if (in.matches()) {
            ScalarField field = Values.metadata(schema, in.group(1));
            Object[] values = Arrays.stream(in.group(2).split(",")).map(v -> Values.parse(field.name(), field.type(), v.strip()))
                    .toArray();
            return field.list() ? Filter.containsAny(field.name(), values) : Filter.in(field.name(), values);
        }
        Matcher comparison = COMPARISON.matcher(condition);
        if (!comparison.matches()) {
            throw new IllegalArgumentException("condition '" + condition
                    + "': expected FIELD=VALUE, with one of = != > >= < <=, or 'FIELD in A,B', or exists(FIELD)");
        }
        return compare(Values.metadata(schema, comparison.group(1)), comparison.group(2), comparison.group(3));
    }

    private static Filter compare(ScalarField field, String operator, String text) {
        String name = field.name();
        boolean prefix = operator.equals("=") && field.type() == FieldType.KEYWORD && text.endsWith("*");
        if (prefix) {
            return Filter.prefix(name, text.substring(0, text.length() - 1));
        }
        Object value = Values.parse(name, field.type(), text);
        if (field.list()) {
            return switch (operator) {
                case "=" -> Filter.contains(name, value);
                case "!=" -> Filter.not(Filter.contains(name, value));
                default ->
                    throw new IllegalArgumentException("'" + name + "' holds a list: use = for 'contains', not " + operator);
            };
        }
        return switch (operator) {
            case "=" -> Filter.eq(name, value);
            case "!=" -> Filter.ne(name, value);
            case ">" -> Filter.gt(name, value);
            case ">=" -> Filter.ge(name, value);
            case "<" -> Filter.lt(name, value);
            case "<=" -> Filter.le(name, value);
            default -> throw new AssertionError(operator);
        };
    }
}
