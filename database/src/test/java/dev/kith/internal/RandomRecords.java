package dev.kith.internal;

import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.GeoPoint;
import dev.kith.MultiVector;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVector;
import dev.kith.TextAnalysis;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.internal.filter.Words;
import dev.kith.internal.index.Analyzers;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.search.TextAnalyzer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/// Random records and filters over one schema with every kind of field. Values come from small pools with the awkward ones in
/// them, so that filters match often and at the edges.
public final class RandomRecords {
    /// One of everything.
    public static final Schema SCHEMA = Schema.builder().vector("v", 8, Metric.SQUARED_L2)
            .add(VectorField.of("w", 4, Metric.COSINE).asOptional())
            .add(VectorField.of("b", 6, Metric.INNER_PRODUCT).withEncoding(VectorEncoding.INT8).asOptional())
            .add(VectorField.of("h", 3, Metric.SQUARED_L2).withEncoding(VectorEncoding.FLOAT16).asOptional())
            .add(VectorField.of("g", 7, Metric.COSINE).withEncoding(VectorEncoding.BFLOAT16).asOptional())
            .keyword("keyword").integer("int").longInteger("long").float32("float").float64("double").bool("bool")
            .instant("instant").text("text").text("english", TextAnalysis.ENGLISH).keywordList("keywords")
            .list("ints", FieldType.INTEGER).list("longs", FieldType.LONG).list("floats", FieldType.FLOAT)
            .list("doubles", FieldType.DOUBLE).list("bools", FieldType.BOOLEAN).list("instants", FieldType.INSTANT)
            .geoPoint("place").list("places", FieldType.GEO_POINT).uuid("uuid").list("uuids", FieldType.UUID)
            .keyword("author.name").add(new ScalarField("rank", FieldType.INTEGER, false, 7)).sparseVector("sparse")
            .multiVector("multi", 3, Metric.COSINE).build();
    /// Cuts the texts of [#SCHEMA] as its index does.
    public static final Words WORDS_OF = words(SCHEMA);

    private static final List<String> KEYWORDS = List.of("", "a", "ab", "abc", "b", "B", "ä", "\uff5e", "\ud83d\ude00", "a\u0000",
            "z".repeat(300), "null");
    private static final List<String> WORDS = List.of("the", "quick", "brown", "foxes", "jumped", "over", "lazy", "dog", "",
            "日本語",
            "running", "a");
    private static final long[] LONGS = {0, 1, -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE, (1L << 53) + 1, 1L << 53,
            Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] DOUBLES = {0, -0d, 1, -1, 0.1, 0.25, 1e300, -1e300, Double.MIN_VALUE, -Double.MIN_VALUE,
            Double.MAX_VALUE, 16777217};
    private static final double[] LATITUDES = {0, 90, -90, 52.5, 52.50001, 1e-9, 89.99999999, -33.9};
    private static final double[] LONGITUDES = {0, 180, -180, 179.999, -179.999, 13.4, 13.40001, -1e-9, 151.2};
    private static final UUID[] UUIDS = {new UUID(0, 0), new UUID(-1, -1), new UUID(1, Long.MIN_VALUE),
            new UUID(Long.MIN_VALUE, 1),
            new UUID(1, Long.MAX_VALUE)};
    private static final List<String> PATTERNS = List.of("*", "", "?", "a*", "*b", "a?", "?*?", "*a*b*", "a\\*", "**", "z*z",
            "*\ud83d\ude00", "\\", "n??l", "*?????????????????????????????????????????????????????????????????????*");
    private static final List<String> SCALARS = List.of("keyword", "int", "long", "float", "double", "bool", "instant", "uuid",
            "author.name", "rank", "place");
    private static final List<String> LISTS = List.of("keywords", "ints", "longs", "floats", "doubles", "bools", "instants",
            "uuids", "places");

    private final Random random;

    /// @param random where all choices come from
    public RandomRecords(Random random) {
        this.random = random;
    }

    private static Words words(Schema schema) {
        NumberedSchema numbered = NumberedSchema.first(schema);
        return new TextAnalyzer(numbered, Analyzers.forSchema(numbered));
    }

    /// A record that fits [#SCHEMA].
    public Record record(String id) {
        Record.Builder record = Record.builder(id).vector("v", floats(8));
        if (random.nextInt(4) > 0) {
            record.vector("w", floats(4));
        }
        if (random.nextInt(4) > 0) {
            byte[] bytes = new byte[6];
            random.nextBytes(bytes);
            record.vector("b", bytes);
        }
        if (random.nextInt(4) > 0) {
            record.vector("h", floats(3)).vector("g", floats(7));
        }
        for (String name : SCALARS) {
            if (random.nextInt(4) > 0) {
                record.field(name, random.nextInt(8) == 0 ? null : value(name));
            }
        }
        for (String name : LISTS) {
            if (random.nextInt(2) > 0) {
                record.field(name, random.nextInt(8) == 0 ? null : values(name));
            }
        }
        if (random.nextInt(3) > 0) {
            record.field("sparse", sparse());
        }
        if (random.nextInt(3) > 0) {
            record.field("multi", MultiVector.of(Stream.generate(() -> floats(3)).limit(1 + random.nextInt(3)).toList()));
        }
        for (String name : List.of("text", "english")) {
            if (random.nextInt(3) > 0) {
                record.field(name, text());
            }
        }
        if (random.nextBoolean()) {
            record.payload("{\"n\": " + random.nextInt() + ", \"s\": \"é\ud83d\ude00\"}");
        }
        return record.build();
    }

    private SparseVector sparse() {
        Map<Integer, Float> weights = new HashMap<>();
        for (int n = random.nextInt(5); n > 0; n--) {
            weights.put(random.nextInt(20) == 0 ? Integer.MAX_VALUE : random.nextInt(30), random.nextInt(9) - 4.5f);
        }
        return SparseVector.of(weights);
    }

    /// A few words.
    public String text() {
        List<String> words = new ArrayList<>();
        for (int n = random.nextInt(8); n > 0; n--) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words);
    }

    /// A vector with coarse components, so that equal distances occur.
    public float[] floats(int dimension) {
        float[] floats = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            floats[i] = random.nextInt(9) - 4;
        }
        floats[random.nextInt(dimension)] = 1 + random.nextInt(3);
        return floats;
    }

    private FieldType type(String name) {
        return ((ScalarField) SCHEMA.field(name)).type();
    }

    private Object value(String name) {
        return switch (type(name)) {
            case KEYWORD -> KEYWORDS.get(random.nextInt(KEYWORDS.size()));
            case INTEGER -> (int) LONGS[random.nextInt(LONGS.length)];
            case LONG -> LONGS[random.nextInt(LONGS.length)];
            case FLOAT -> random.nextInt(8) == 0 ? (Object) Float.MIN_VALUE : 0.1f * random.nextInt(5) - 0.2f;
            case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
            case BOOLEAN -> random.nextBoolean();
            case INSTANT -> FieldValues.instant(LONGS[random.nextInt(LONGS.length)]);
            case GEO_POINT -> place();
            case UUID -> UUIDS[random.nextInt(UUIDS.length)];
        };
    }

    private GeoPoint place() {
        return random.nextInt(4) == 0
                ? new GeoPoint(random.nextDouble(-90, 90), random.nextDouble(-180, 180))
                : new GeoPoint(LATITUDES[random.nextInt(LATITUDES.length)], LONGITUDES[random.nextInt(LONGITUDES.length)]);
    }

    private Filter box(String field) {
        GeoPoint a = place();
        GeoPoint b = place();
        return a.latitude() <= b.latitude() ? Filter.withinBox(field, a, b) : Filter.withinBox(field, b, a);
    }

    private List<Object> values(String name) {
        List<Object> values = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            values.add(value(name));
        }
        return values;
    }

    /// A filter that fits [#SCHEMA], at most `depth` levels.
    public Filter filter(int depth, List<String> someIds) {
        if (depth > 1 && random.nextInt(2) == 0) {
            List<Filter> operands = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                operands.add(filter(depth - 1, someIds));
            }
            return switch (random.nextInt(3)) {
                case 0 -> Filter.and(operands);
                case 1 -> Filter.or(operands);
                default -> filter(depth - 1, someIds).not();
            };
        }
        return leaf(someIds);
    }

    private Filter leaf(List<String> someIds) {
        String scalar = SCALARS.get(random.nextInt(SCALARS.size() - 1)); // geo points have no equality
        String list = LISTS.get(random.nextInt(LISTS.size() - 1));
        return switch (random.nextInt(19)) {
            case 12 -> Filter.isNull(random.nextBoolean() ? "text" : random.nextBoolean() ? scalar : list);
            case 13 -> Filter.wildcard(random.nextBoolean() ? "keyword" : "author.name",
                    PATTERNS.get(random.nextInt(PATTERNS.size())));
            case 14 -> Filter.matches(random.nextBoolean() ? "text" : "english", text());
            case 15 -> Filter.matchesAny(random.nextBoolean() ? "text" : "english", text());
            case 16 -> box(random.nextBoolean() ? "place" : "places");
            case 17 -> Filter.withinDistance(random.nextBoolean() ? "place" : "places", place(),
                    random.nextInt(3) == 0 ? random.nextInt(3) : random.nextDouble(2e7));
            case 0 -> Filter.eq(scalar, value(scalar));
            case 1 -> Filter.ne(scalar, value(scalar));
            case 2 -> Filter.in(scalar, values(scalar));
            case 3 -> Filter.notIn(scalar, values(scalar));
            case 4, 5 -> range(scalar.equals("bool") ? "int" : scalar);
            case 6 -> Filter.exists(SCHEMA.fields().get(random.nextInt(SCHEMA.fields().size())).name());
            case 7 -> Filter.contains(list, value(list));
            case 8 -> Filter.containsAny(list, values(list).toArray());
            case 9 -> Filter.containsAll(list, values(list).toArray());
            case 10 -> Filter.prefix("keyword", KEYWORDS.get(random.nextInt(KEYWORDS.size())));
            default -> someIds.isEmpty() ? Filter.all() : Filter.ids(someIds.get(random.nextInt(someIds.size())), "no such id");
        };
    }

    private Filter range(String name) {
        return switch (random.nextInt(5)) {
            case 0 -> Filter.gt(name, value(name));
            case 1 -> Filter.ge(name, value(name));
            case 2 -> Filter.lt(name, value(name));
            case 3 -> Filter.le(name, value(name));
            default -> Filter.between(name, value(name), value(name));
        };
    }
}
