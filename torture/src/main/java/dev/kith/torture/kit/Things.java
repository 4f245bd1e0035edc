package dev.kith.torture.kit;

import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;

/// Random records of a schema with many kinds of field, and random filters, each with its meaning written down a second time
/// as a plain predicate. Values come from small pools with awkward ones among them.
public final class Things {
    /// Many kinds of field.
    public static final Schema SCHEMA = Schema.builder().vector("v", 8, Metric.SQUARED_L2)
            .add(VectorField.of("w", 5, Metric.COSINE).asOptional())
            .add(VectorField.of("b", 6, Metric.INNER_PRODUCT).withEncoding(VectorEncoding.INT8).asOptional())
            .add(VectorField.of("h", 3, Metric.SQUARED_L2).withEncoding(VectorEncoding.FLOAT16).asOptional())
            .add(VectorField.of("g", 7, Metric.COSINE).withEncoding(VectorEncoding.BFLOAT16).asOptional()).keyword("k")
            .integer("i").longInteger("l").float64("d").bool("o").text("t").keywordList("ks").list("ints", FieldType.INTEGER)
            .build();

    private static final List<String> WORDS = List.of("the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog");
    private static final List<List<?>> POOLS = List.of(
            List.of("", "a", "ab", "abc", "B", "ä", "\ud83d\ude00", "a\u0000", "z".repeat(200)),
            List.of(0, 1, -1, 7, Integer.MAX_VALUE, Integer.MIN_VALUE),
            List.of(0L, 1L, (1L << 53) + 1, 1L << 53, Long.MAX_VALUE, Long.MIN_VALUE),
            List.of(0d, 1d, -1d, 0.1, 1e300, -1e300, Double.MIN_VALUE, Double.MAX_VALUE), List.of(true, false));
    private static final List<String> HALVES = List.of("h", "g");
    private static final List<String> SCALARS = List.of("k", "i", "l", "d", "o");
    private final Random random;

    /// @param random where all choices come from
    public Things(Random random) {
        this.random = random;
    }

    /// A filter and what it means.
    ///
    /// @param filter for the database
    /// @param meaning for the model
    public record Asked(Filter filter, Predicate<Record> meaning) {}

    private Object value(String scalar) {
        List<?> pool = POOLS.get(SCALARS.indexOf(scalar));
        return pool.get(random.nextInt(pool.size()));
    }

    /// A vector with coarse components, so that equal distances occur and two bytes hold each; never all zero.
    public float[] floats(int dimension) {
        float[] floats = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            floats[i] = random.nextInt(9) - 4;
        }
        floats[random.nextInt(dimension)] = 1 + random.nextInt(3);
        return floats;
    }

    /// A few words, perhaps none.
    public String words() {
        List<String> words = new ArrayList<>();
        for (int n = random.nextInt(7); n > 0; n--) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words);
    }

    /// A record that fits [#SCHEMA].
    public Record record(String id) {
        Record.Builder record = Record.builder(id).vector("v", floats(8));
        if (random.nextInt(4) > 0) {
            record.vector("w", floats(5));
        }
        if (random.nextInt(4) > 0) {
            byte[] bytes = new byte[6];
            random.nextBytes(bytes);
            record.vector("b", bytes);
        }
        for (String name : HALVES) {
            if (random.nextInt(4) > 0) {
                record.vector(name, floats(((VectorField) Objects.requireNonNull(SCHEMA.field(name))).dimension()));
            }
        }
        for (String name : SCALARS) {
            if (random.nextInt(4) > 0) {
                record.field(name, value(name));
            }
        }
        if (random.nextInt(3) > 0) {
            record.field("t", words());
        }
        if (random.nextBoolean()) {
            record.field("ks", Collections.unmodifiableList(several("k")));
        }
        if (random.nextBoolean()) {
            record.field("ints", Collections.unmodifiableList(several("i")));
        }
        if (random.nextBoolean()) {
            record.payload("{\"n\": " + random.nextInt() + ", \"s\": \"é\ud83d\ude00\"}");
        }
        return record.build();
    }

    private List<Object> several(String scalar) {
        List<Object> values = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            values.add(value(scalar));
        }
        return values;
    }

    /// A filter of at most `depth` levels.
    public Asked filter(int depth, List<String> ids) {
        if (depth > 1 && random.nextInt(2) == 0) {
            List<Asked> operands = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                operands.add(filter(depth - 1, ids));
            }
            List<Filter> filters = operands.stream().map(Asked::filter).toList();
            return switch (random.nextInt(3)) {
                case 0 -> new Asked(Filter.and(filters), r -> operands.stream().allMatch(a -> a.meaning().test(r)));
                case 1 -> new Asked(Filter.or(filters), r -> operands.stream().anyMatch(a -> a.meaning().test(r)));
                default -> {
                    Asked operand = filter(depth - 1, ids);
                    yield new Asked(operand.filter().not(), operand.meaning().negate());
                }
            };
        }
        return leaf(ids);
    }

    private Asked leaf(List<String> ids) {
        String field = SCALARS.get(random.nextInt(SCALARS.size()));
        Object value = value(field);
        List<Object> values = several(field);
        return switch (random.nextInt(10)) {
            case 0 -> new Asked(Filter.eq(field, value), r -> Objects.equals(r.field(field), value));
            case 1 -> new Asked(Filter.ne(field, value), r -> !Objects.equals(r.field(field), value));
            case 2 -> new Asked(Filter.in(field, values), r -> r.field(field) instanceof Object o && values.contains(o));
            case 3 -> new Asked(Filter.notIn(field, values), r -> !(r.field(field) instanceof Object o && values.contains(o)));
            case 4, 5 -> range(field.equals("o") ? "l" : field);
            case 6 -> new Asked(Filter.exists(field), r -> r.field(field) != null);
            case 7 -> list(random.nextBoolean() ? "ks" : "ints");
            case 8 -> {
                String prefix = (String) value("k");
                yield new Asked(Filter.prefix("k", prefix), r -> r.field("k") instanceof String s && s.startsWith(prefix));
            }
            default -> new Asked(Filter.ids(ids), r -> ids.contains(r.id()));
        };
    }

    private Asked list(String field) {
        Object value = value(field.equals("ks") ? "k" : "i");
        return new Asked(Filter.contains(field, value), r -> r.field(field) instanceof List<?> all && all.contains(value));
    }

    private Asked range(String field) {
        Object bound = value(field);
        Object other = value(field);
        return switch (random.nextInt(5)) {
            case 0 -> new Asked(Filter.gt(field, bound), r -> compare(r.field(field), bound, 1, 1));
            case 1 -> new Asked(Filter.ge(field, bound), r -> compare(r.field(field), bound, 0, 1));
            case 2 -> new Asked(Filter.lt(field, bound), r -> compare(r.field(field), bound, -1, -1));
            case 3 -> new Asked(Filter.le(field, bound), r -> compare(r.field(field), bound, -1, 0));
            default -> new Asked(Filter.between(field, bound, other),
                    r -> compare(r.field(field), bound, 0, 1) && compare(r.field(field), other, -1, 0));
        };
    }

    private static boolean compare(@org.jspecify.annotations.Nullable Object value, Object bound, int least, int most) {
        if (value == null) {
            return false;
        }
        int sign = switch (value) {
            case Integer i -> Integer.compare(i, (Integer) bound);
            case Long l -> Long.compare(l, (Long) bound);
            case Double d -> Double.compare(d, (Double) bound);
            case String s -> compareCodePoints(s, (String) bound);
            default -> throw new IllegalArgumentException("no order of " + value.getClass());
        };
        return Integer.signum(sign) >= least && Integer.signum(sign) <= most;
    }

    /// The order of UTF-8 bytes, which is that of code points and not that of Java's chars.
    private static int compareCodePoints(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }
}
