package dev.kith.documents;

import dev.kith.Filter;
import dev.kith.InvalidFilterException;
import dev.kith.documents.MetadataFilter.Operator;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Turns conditions on metadata keys into conditions on the columns that hold them.
final class FilterTranslator {
    private static final Filter NOTHING = Filter.or();
    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private final Columns columns;
    FilterTranslator(Columns columns) {
        this.columns = columns;
    }

    Filter translate(MetadataFilter filter) {
        return switch (filter) {
            case MetadataFilter.All _ -> Filter.all();
            case MetadataFilter.Compare(String key, Operator operator, Object value) -> compare(key, operator, value);
            case MetadataFilter.In(String key, List<Object> values) -> in(key, values);
            case MetadataFilter.ContainsText(String key, String part) -> containsText(key, part);
            case MetadataFilter.Exists(String key) -> exists(key);
            case MetadataFilter.And(List<MetadataFilter> operands) -> Filter.and(operands.stream().map(this::translate).toList());
            case MetadataFilter.Or(List<MetadataFilter> operands) -> Filter.or(operands.stream().map(this::translate).toList());
            case MetadataFilter.Not(MetadataFilter operand) -> Filter.not(translate(operand));
        };
    }

    private Filter exists(String key) {
        return any(Stream.of(Kind.values()).map(kind -> columns.find(kind, key)).filter(c -> c != null).map(Filter::exists)
                .toList());
    }

    private static Filter any(List<Filter> filters) {
        return switch (filters.size()) {
            case 0 -> NOTHING;
            case 1 -> filters.getFirst();
            default -> Filter.or(filters);
        };
    }

    private Filter compare(String key, Operator operator, Object value) {
        List<Filter> ways = new ArrayList<>();
        switch (value) {
            case String text -> texts(ways, key, operator, text);
            case UUID uuid -> texts(ways, key, operator, uuid.toString());
            case Boolean truth -> {
                way(ways, key, Kind.TRUTH, column -> truth(column, operator, truth));
                member(ways, key, Kind.TRUTHS, operator, truth);
            }
            case Number number -> numbers(ways, key, operator, number);
            default -> throw new InvalidFilterException(key, "a string, UUID, boolean or number", value.getClass().getName());
        }
        return any(ways);
    }

    private void texts(List<Filter> ways, String key, Operator operator, String text) {
        way(ways, key, Kind.TEXT, column -> ordered(column, operator, text));
        member(ways, key, Kind.TEXTS, operator, text);
    }

    private void numbers(List<Filter> ways, String key, Operator operator, Number number) {
        if (number instanceof Double || number instanceof Float) {
            double real = number.doubleValue();
            if (Double.isNaN(real)) {
                return; // nothing compares with it
            }
            if (Double.isInfinite(real)) {
                boolean all = real > 0
                        ? operator == Operator.LESS || operator == Operator.LESS_OR_EQUAL
                        : operator == Operator.GREATER || operator == Operator.GREATER_OR_EQUAL;
                if (all) {
                    way(ways, key, Kind.WHOLE, Filter::exists);
                    way(ways, key, Kind.REAL, Filter::exists);
                }
                return;
            }
        }
        BigDecimal exact = exact(key, number);
        way(ways, key, Kind.WHOLE, column -> whole(column, operator, exact));
        way(ways, key, Kind.REAL, column -> real(column, operator, exact));
        if (operator == Operator.EQUAL) {
            Long whole = wholeValue(exact);
            if (whole != null) {
                member(ways, key, Kind.WHOLES, operator, whole);
            }
            double real = exact.doubleValue();
            if (compares(real, exact) == 0) {
                member(ways, key, Kind.REALS, operator, real);
            }
        }
    }

    /// The number as it counts: a float or double by the shortest decimal that names it.
    private static BigDecimal exact(String key, Number number) {
        return switch (number) {
            case Byte _,Short _,Integer _,Long _ -> BigDecimal.valueOf(number.longValue());
            case Float _,Double _ -> new BigDecimal(number.toString());
            case BigInteger integer -> new BigDecimal(integer);
            case BigDecimal decimal -> decimal;
            default -> throw new InvalidFilterException(key, "a number of the JDK", number.getClass().getName());
        };
    }

    private static @Nullable Long wholeValue(BigDecimal exact) {
        if (exact.compareTo(LEAST) < 0 || exact.compareTo(MOST) > 0 || exact.stripTrailingZeros().scale() > 0) {
            return null;
        }
        return exact.longValueExact();
    }

    /// A comparison of longs with any number: the bound moves to the nearest long on the right side.
    private static Filter whole(String column, Operator operator, BigDecimal exact) {
        if (operator == Operator.EQUAL) {
            Long whole = wholeValue(exact);
            return whole == null ? NOTHING : Filter.eq(column, whole);
        }
        boolean up = operator == Operator.GREATER || operator == Operator.GREATER_OR_EQUAL;
        if (exact.compareTo(LEAST) < 0) {
            return up ? Filter.exists(column) : NOTHING;
        }
        if (exact.compareTo(MOST) > 0) {
            return up ? NOTHING : Filter.exists(column);
        }
        Long whole = wholeValue(exact);
        if (whole != null) {
            return ordered(column, operator, whole);
        }
        long rounded = exact.setScale(0, up ? RoundingMode.CEILING : RoundingMode.FLOOR).longValueExact();
        return up ? Filter.ge(column, rounded) : Filter.le(column, rounded);
    }

    /// A comparison of doubles, each standing for its shortest decimal, with any number.
    private static Filter real(String column, Operator operator, BigDecimal exact) {
        double near = exact.doubleValue();
        if (Double.isInfinite(near)) {
            boolean up = operator == Operator.GREATER || operator == Operator.GREATER_OR_EQUAL;
            return operator != Operator.EQUAL && up == near < 0 ? Filter.exists(column) : NOTHING;
        }
        int order = compares(near, exact);
        if (order == 0) {
            return ordered(column, operator, near);
        }
        return switch (operator) {
            case EQUAL -> NOTHING;
            case GREATER, GREATER_OR_EQUAL -> order > 0 ? Filter.ge(column, near) : Filter.gt(column, near);
            case LESS, LESS_OR_EQUAL -> order < 0 ? Filter.le(column, near) : Filter.lt(column, near);
        };
    }

    private static int compares(double real, BigDecimal exact) {
        return Double.isInfinite(real) ? (real > 0 ? 1 : -1) : new BigDecimal(Double.toString(real)).compareTo(exact);
    }

    private static Filter ordered(String column, Operator operator, Object value) {
        return switch (operator) {
            case EQUAL -> Filter.eq(column, value);
            case GREATER -> Filter.gt(column, value);
            case GREATER_OR_EQUAL -> Filter.ge(column, value);
            case LESS -> Filter.lt(column, value);
            case LESS_OR_EQUAL -> Filter.le(column, value);
        };
    }

    /// True is above false; columns of booleans know only equality.
    private static Filter truth(String column, Operator operator, boolean value) {
        return switch (operator) {
            case EQUAL -> Filter.eq(column, value);
            case GREATER -> value ? NOTHING : Filter.eq(column, true);
            case GREATER_OR_EQUAL -> value ? Filter.eq(column, true) : Filter.exists(column);
            case LESS -> value ? Filter.eq(column, false) : NOTHING;
            case LESS_OR_EQUAL -> value ? Filter.exists(column) : Filter.eq(column, false);
        };
    }

    private void way(List<Filter> ways, String key, Kind kind, Function<String, Filter> filter) {
        String column = columns.find(kind, key);
        if (column != null) {
            ways.add(filter.apply(column));
        }
    }

    private void member(List<Filter> ways, String key, Kind kind, Operator operator, Object value) {
        if (operator == Operator.EQUAL) {
            way(ways, key, kind, column -> Filter.contains(column, value));
        }
    }

    /// Texts, the long case, go into one node; the rest one by one.
    private Filter in(String key, List<Object> values) {
        List<Filter> ways = new ArrayList<>();
        List<Object> texts = new ArrayList<>();
        for (Object value : values) {
            if (value instanceof String || value instanceof UUID) {
                texts.add(value.toString());
            } else {
                Filter way = compare(key, Operator.EQUAL, value);
                if (!way.equals(NOTHING)) {
                    ways.add(way);
                }
            }
        }
        if (!texts.isEmpty()) {
            way(ways, key, Kind.TEXT, column -> Filter.in(column, texts));
            way(ways, key, Kind.TEXTS, column -> Filter.containsAny(column, texts.toArray()));
        }
        return any(ways);
    }

    private Filter containsText(String key, String part) {
        List<Filter> ways = new ArrayList<>();
        String escaped = part.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
        way(ways, key, Kind.TEXT, column -> Filter.wildcard(column, "*" + escaped + "*"));
        return any(ways);
    }
}
