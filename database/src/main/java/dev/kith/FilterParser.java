package dev.kith;

import dev.kith.FilterToken.Kind;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Reads the text of a filter by recursive descent, one method for each rule:
///
/// ```
/// any        = every { "or" every }
/// every      = one { "and" one }
/// one        = "not" one | "(" any ")" | "true" | "false" | ("and" | "or") "(" [ any { "," any } ] ")"
///            | "exists" "(" field ")" | "id" ids | value compare field [ ("<" | "<=") value ] | field test
/// test       = compare value | "between" value "and" value | [ "not" ] "in" list | "is" [ "not" ] "null"
///            | "contains" ( value | ( "any" | "all" ) list ) | "prefix" value | "like" value
///            | "matches" [ "any" ] value | "within" ( value "of" value | "box" "(" four numbers ")" )
/// ids        = ( "=" | "!=" ) value | [ "not" ] "in" list
/// value      = string | number | "true" | "false" | parameter | "instant" "(" string ")" | "uuid" "(" string ")"
///            | "point" "(" number "," number ")"
/// list       = "(" [ value { "," value } ] ")" | parameter
/// ```
final class FilterParser {
    private static final Set<String> COMPARISONS = Set.of("=", "!=", "<", "<=", ">", ">=");
    private static final String TEST = "an operator: =, !=, <, <=, >, >=, between, in, not in, is null, contains, prefix, like,"
            + " matches or within";
    private final List<FilterToken> tokens;
    private final Map<String, ?> parameters;
    private final Set<String> used = new HashSet<>();
    private int next;
    private int depth;

    private FilterParser(List<FilterToken> tokens, Map<String, ?> parameters) {
        this.tokens = tokens;
        this.parameters = parameters;
    }

    static Filter parse(String text, Map<String, ?> parameters) {
        FilterParser parser = new FilterParser(FilterLexer.tokens(text), parameters);
        Filter filter = parser.any();
        if (parser.peek().kind() != Kind.END) {
            throw parser.expected("'and', 'or' or the end");
        }
        for (String name : parameters.keySet()) {
            if (!parser.used.contains(name)) {
                throw new InvalidFilterException(":" + name, "a parameter that the text uses", "none of that name in the text");
            }
        }
        return filter;
    }

    private FilterToken peek() {
        return tokens.get(next);
    }

    private FilterToken ahead(int count) {
        return tokens.get(Math.min(next + count, tokens.size() - 1));
    }

    private FilterToken take() {
        FilterToken token = tokens.get(next);
        if (token.kind() != Kind.END) {
            next++;
        }
        return token;
    }

    private boolean skip(String keyword) {
        boolean found = peek().is(keyword);
        next += found ? 1 : 0;
        return found;
    }

    private boolean skipSymbol(String symbol) {
        boolean found = peek().isSymbol(symbol);
        next += found ? 1 : 0;
        return found;
    }

    private void require(String symbol) {
        if (!skipSymbol(symbol)) {
            throw expected("'" + symbol + "'");
        }
    }

    private InvalidFilterException expected(String what) {
        return new InvalidFilterException(peek().position(), what, peek().describe());
    }

    private Filter any() {
        return joined("or", this::every, Filter.Or::new);
    }

    private Filter every() {
        return joined("and", this::one, Filter.And::new);
    }

    private interface Rule {
        Filter read();
    }

    private interface Join {
        Filter of(List<Filter> operands);
    }

    private Filter joined(String word, Rule rule, Join join) {
        Filter first = rule.read();
        if (!peek().is(word)) {
            return first;
        }
        List<Filter> operands = new ArrayList<>(List.of(first));
        while (skip(word)) {
            operands.add(rule.read());
        }
        return join.of(operands);
    }

    private Filter one() {
        if (++depth > Limits.MAX_FILTER_DEPTH) {
            throw expected("at most " + Limits.MAX_FILTER_DEPTH + " levels");
        }
        try {
            return skip("not") ? new Filter.Not(one()) : unnegated();
        } finally {
            depth--;
        }
    }

    private Filter unnegated() {
        FilterToken token = peek();
        if (skipSymbol("(")) {
            Filter inner = any();
            require(")");
            return inner;
        }
        boolean call = ahead(1).isSymbol("(");
        if (call && (token.is("and") || token.is("or"))) {
            next++;
            List<Filter> operands = operands();
            return token.is("and") ? new Filter.And(operands) : new Filter.Or(operands);
        }
        if (call && skip("exists")) {
            require("(");
            String field = field();
            require(")");
            return new Filter.Exists(field);
        }
        boolean alone = !COMPARISONS.contains(String.valueOf(ahead(1).content())) || ahead(1).kind() != Kind.SYMBOL;
        if (alone && skip("true")) {
            return new Filter.All();
        }
        if (alone && skip("false")) {
            return new Filter.Or(List.of());
        }
        if (skip("id")) {
            return ids();
        }
        return startsValue() ? valueFirst() : test(field());
    }

    private List<Filter> operands() {
        List<Filter> operands = new ArrayList<>();
        require("(");
        if (!skipSymbol(")")) {
            do {
                operands.add(any());
            } while (skipSymbol(","));
            require(")");
        }
        return operands;
    }

    private String field() {
        FilterToken token = peek();
        boolean keyword = token.kind() == Kind.WORD && Names.isReserved((String) token.content());
        if (token.kind() != Kind.NAME && token.kind() != Kind.WORD || keyword) {
            throw expected("a field name (between backticks if it is a keyword)");
        }
        next++;
        return (String) token.content();
    }

    private Filter ids() {
        if (skipSymbol("=")) {
            return new Filter.Ids(List.of(string("an id")));
        }
        if (skipSymbol("!=")) {
            return new Filter.Not(new Filter.Ids(List.of(string("an id"))));
        }
        if (skip("prefix")) {
            return new Filter.IdPrefix(string("the beginning of ids"));
        }
        boolean not = skip("not");
        if (!skip("in")) {
            throw expected("=, !=, in, not in or prefix after id");
        }
        int position = peek().position();
        List<String> ids = new ArrayList<>();
        for (Object value : list()) {
            if (!(value instanceof String id)) {
                throw new InvalidFilterException(position, "ids, which are strings", shown(value));
            }
            ids.add(id);
        }
        Filter found = new Filter.Ids(ids);
        return not ? new Filter.Not(found) : found;
    }

    /// `5 < x <= 9`, and `5 = x` for those who write it so.
    private Filter valueFirst() {
        Object value = value();
        FilterToken operator = take();
        if (operator.kind() != Kind.SYMBOL || !COMPARISONS.contains((String) operator.content())) {
            next--;
            throw expected("a comparison: =, !=, <, <=, > or >=");
        }
        String field = field();
        boolean up = operator.isSymbol("<") || operator.isSymbol("<=");
        boolean inclusive = operator.isSymbol("<=") || operator.isSymbol(">=");
        if (up && (peek().isSymbol("<") || peek().isSymbol("<="))) {
            boolean toInclusive = take().isSymbol("<=");
            return new Filter.Range(field, value, inclusive, value(), toInclusive);
        }
        if (operator.isSymbol("=")) {
            return new Filter.Eq(field, value);
        }
        if (operator.isSymbol("!=")) {
            return new Filter.Not(new Filter.Eq(field, value));
        }
        return up
                ? new Filter.Range(field, value, inclusive, null, false)
                : new Filter.Range(field, null, false, value, inclusive);
    }

    private Filter test(String field) {
        FilterToken operator = peek();
        if (operator.kind() == Kind.SYMBOL && COMPARISONS.contains((String) operator.content())) {
            next++;
            return compare(field, (String) operator.content(), value());
        }
        if (skip("between")) {
            Object from = value();
            if (!skip("and")) {
                throw expected("'and' between two bounds");
            }
            return new Filter.Range(field, from, true, value(), true);
        }
        if (operator.is("not") && ahead(1).is("in")) {
            next += 2;
            return new Filter.Not(new Filter.In(field, list()));
        }
        if (skip("in")) {
            return new Filter.In(field, list());
        }
        if (skip("is")) {
            boolean not = skip("not");
            if (!skip("null")) {
                throw expected("'null' or 'not null'");
            }
            return not ? new Filter.Not(new Filter.IsNull(field)) : new Filter.IsNull(field);
        }
        return testByWord(field);
    }

    private Filter testByWord(String field) {
        if (skip("contains")) {
            boolean many = peek().is("any") || peek().is("all");
            if (!many) {
                return Filter.contains(field, value());
            }
            return skip("any") ? new Filter.ContainsAny(field, list()) : containsAll(field);
        }
        if (skip("prefix")) {
            return new Filter.Prefix(field, string("a string"));
        }
        if (skip("like")) {
            return new Filter.Wildcard(field, string("a pattern"));
        }
        if (skip("matches")) {
            boolean all = !skip("any");
            return new Filter.Matches(field, string("words"), all);
        }
        if (skip("within")) {
            return within(field);
        }
        throw expected(TEST);
    }

    private Filter containsAll(String field) {
        next++;
        return Filter.containsAll(field, list());
    }

    private static Filter compare(String field, String operator, Object value) {
        return switch (operator) {
            case "=" -> new Filter.Eq(field, value);
            case "!=" -> new Filter.Not(new Filter.Eq(field, value));
            case "<" -> new Filter.Range(field, null, false, value, false);
            case "<=" -> new Filter.Range(field, null, false, value, true);
            case ">" -> new Filter.Range(field, value, false, null, false);
            case ">=" -> new Filter.Range(field, value, true, null, false);
            default -> throw new IllegalStateException(operator);
        };
    }

    private Filter within(String field) {
        int position = peek().position();
        if (skip("box")) {
            require("(");
            double[] edges = new double[4];
            for (int i = 0; i < 4; i++) {
                if (i > 0) {
                    require(",");
                }
                edges[i] = number();
            }
            require(")");
            return new Filter.WithinBox(field, point(position, edges[0], edges[1]), point(position, edges[2], edges[3]));
        }
        double meters = number();
        if (!skip("of")) {
            throw expected("'of' and a point");
        }
        int place = peek().position();
        if (!(value() instanceof GeoPoint center)) {
            throw new InvalidFilterException(place, "a point, such as point(52.5, 13.4)", "another value");
        }
        return new Filter.WithinDistance(field, center, meters);
    }

    private double number() {
        int position = peek().position();
        Object value = value();
        return switch (value) {
            case Double n -> n;
            case Long n -> n;
            default -> throw new InvalidFilterException(position, "a number", shown(value));
        };
    }

    private String string(String what) {
        int position = peek().position();
        if (value() instanceof String text) {
            return text;
        }
        throw new InvalidFilterException(position, what + " between quotes", "another value");
    }

    private boolean startsValue() {
        FilterToken token = peek();
        return switch (token.kind()) {
            case STRING, NUMBER, PARAMETER -> true;
            case WORD -> token.is("true") || token.is("false")
                    || ahead(1).isSymbol("(") && (token.is("instant") || token.is("uuid") || token.is("point"));
            case NAME, SYMBOL, END -> false;
        };
    }

    private Object value() {
        FilterToken token = peek();
        if (!startsValue()) {
            throw expected("a value: a string between quotes, a number, true, false, a :parameter, instant('...'), uuid('...')"
                    + " or point(latitude, longitude)");
        }
        next++;
        return switch (token.kind()) {
            case STRING, NUMBER -> token.content();
            case PARAMETER -> parameter(token);
            case WORD -> token.is("true") || token.is("false") ? (Object) token.is("true") : call(token);
            case NAME, SYMBOL, END -> throw new IllegalStateException(token.toString());
        };
    }

    private Object call(FilterToken function) {
        require("(");
        Object value;
        if (function.is("point")) {
            double latitude = number();
            require(",");
            value = point(function.position(), latitude, number());
        } else {
            int position = peek().position();
            String text = string("a string");
            value = function.is("uuid")
                    ? read(position, text, "a uuid such as '123e4567-e89b-12d3-a456-426614174000'", Uuids::parse)
                    : read(position, text, "an instant such as '2026-01-31T12:00:00Z'", Instant::parse);
        }
        require(")");
        return value;
    }

    private static Object read(int position, String text, String expected, java.util.function.Function<String, ?> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            InvalidFilterException invalid = new InvalidFilterException(position, expected, "'" + text + "'");
            invalid.initCause(e);
            throw invalid;
        }
    }

    private static GeoPoint point(int position, double latitude, double longitude) {
        try {
            return new GeoPoint(latitude, longitude);
        } catch (IllegalArgumentException e) {
            InvalidFilterException invalid = new InvalidFilterException(position, "a point on the earth",
                    String.valueOf(e.getMessage()));
            invalid.initCause(e);
            throw invalid;
        }
    }

    private List<Object> list() {
        if (peek().kind() == Kind.PARAMETER) {
            FilterToken token = take();
            if (!(bound(token) instanceof Collection<?> values)) {
                throw new InvalidFilterException(token.position(), "a list for " + token.text(), "a single value");
            }
            List<Object> list = new ArrayList<>();
            values.forEach(value -> list.add(checked(token, value)));
            return list;
        }
        List<Object> list = new ArrayList<>();
        if (!skipSymbol("(")) {
            throw expected("a list of values in parentheses, or a :parameter");
        }
        if (!skipSymbol(")")) {
            do {
                list.add(value());
            } while (skipSymbol(","));
            require(")");
        }
        return list;
    }

    private Object parameter(FilterToken token) {
        return checked(token, bound(token));
    }

    private Object bound(FilterToken token) {
        String name = (String) token.content();
        used.add(name);
        Object value = parameters.get(name);
        if (value == null) {
            String nearest = Spelling.nearest(name, new ArrayList<>(parameters.keySet()));
            throw new InvalidFilterException(token.position(), "a parameter that is given"
                    + (nearest == null || nearest.equals(name) ? "" : ", such as ':" + nearest + "'"),
                    parameters.containsKey(name) ? token.text() + ", which is null (ask 'is null')" : token.text());
        }
        return value;
    }

    private static Object checked(FilterToken token, Object value) {
        return switch (value) {
            case String _,Boolean _,Long _,Double _,Instant _,UUID _,GeoPoint _ -> value;
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case Float n -> n.doubleValue();
            case Collection<?> _ -> throw new InvalidFilterException(token.position(), "a single value for " + token.text(),
                    "a list (lists follow in, contains any and contains all)");
            case null -> throw new InvalidFilterException(token.position(), "a list without nulls for " + token.text(), "null");
            default -> throw new InvalidFilterException(token.position(), "a value that a field holds for " + token.text(),
                    value.getClass().getSimpleName());
        };
    }

    private static String shown(Object value) {
        return value.getClass().getSimpleName() + " " + value;
    }
}
