package dev.kith.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Database;
import dev.kith.InvalidRecordException;
import dev.kith.Kith;
import dev.kith.documents.MetadataFilter.Operator;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A filter finds other chunks than a plain look at their metadata would; metadata comes back as another type.
class MetadataFilterTest {
    private static final long SEED = Long.getLong("kith.seed", 20261122);
    private static final int FILTERS = Integer.getInteger("kith.metadata.filters", 600);
    private static final List<Object> VALUES = List.of("a", "b", "ab", "", "Zoë", "5", "a*b?c\\d", new UUID(1, 2), true, false,
            (byte) 5,
            (short) 5, 5, 6, -7, 5L, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE, (1L << 53) + 1, 1.1f, 1.1, 5.0, 5.5,
            -0.25f,
            1e300, -1e300, Double.MIN_VALUE, Float.MAX_VALUE, 9.223372036854775807E18, List.of("a", "c"), List.of(5, 6L),
            List.of(5.5, 1.1f), List.of(true), List.of());
    private static final List<String> KEYS = List.of("name", "weird key.with-signs {}\"", "Größe", "n", "and");

    @TempDir Path folder;

    private static Chunk chunk(Random random, String id) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String key : KEYS) {
            if (random.nextInt(3) > 0) {
                metadata.put(key, VALUES.get(random.nextInt(VALUES.size())));
            }
        }
        return new Chunk(id, random.nextBoolean() ? "text of " + id : null, metadata);
    }

    private static MetadataFilter filter(Random random, int depth) {
        String key = random.nextInt(20) == 0 ? "nowhere" : KEYS.get(random.nextInt(KEYS.size()));
        return switch (random.nextInt(depth == 0 ? 9 : 13)) {
            case 0 -> MetadataFilter.exists(key);
            case 1 -> MetadataFilter.containsText(key, List.of("a", "b", "", "oë", "*", "?", "\\").get(random.nextInt(7)));
            case 2, 3 -> MetadataFilter.in(key, List.of(scalar(random), scalar(random), scalar(random)));
            case 9 -> MetadataFilter.and(filter(random, depth - 1), filter(random, depth - 1));
            case 10 -> MetadataFilter.or(filter(random, depth - 1), filter(random, depth - 1));
            case 11, 12 -> MetadataFilter.not(filter(random, depth - 1));
            default -> MetadataFilter.compare(key, Operator.values()[random.nextInt(5)], scalar(random));
        };
    }

    private static Object scalar(Random random) {
        while (true) {
            Object value = VALUES.get(random.nextInt(VALUES.size()));
            if (!(value instanceof List)) {
                return random.nextInt(40) == 0
                        ? Double.POSITIVE_INFINITY
                        : random.nextInt(40) == 0 ? new BigDecimal("5.25") : value;
            }
        }
    }

    private static boolean matches(MetadataFilter filter, Map<String, Object> metadata) {
        return switch (filter) {
            case MetadataFilter.All _ -> true;
            case MetadataFilter.And(List<MetadataFilter> all) -> all.stream().allMatch(f -> matches(f, metadata));
            case MetadataFilter.Or(List<MetadataFilter> any) -> any.stream().anyMatch(f -> matches(f, metadata));
            case MetadataFilter.Not(MetadataFilter not) -> !matches(not, metadata);
            case MetadataFilter.Exists(String key) -> metadata.containsKey(key) && !List.of().equals(metadata.get(key));
            case MetadataFilter.ContainsText(String key, String part) -> (metadata.get(key) instanceof String
                    || metadata.get(key) instanceof UUID) && metadata.get(key).toString().contains(part);
            case MetadataFilter.In(String key, List<Object> values) ->
                values.stream().anyMatch(v -> compares(metadata.get(key), Operator.EQUAL, v));
            case MetadataFilter.Compare(String key, Operator operator, Object value) ->
                compares(metadata.get(key), operator, value);
        };
    }

    private static boolean compares(Object held, Operator operator, Object value) {
        if (held instanceof List<?> list) {
            return operator == Operator.EQUAL && list.stream().anyMatch(e -> compares(e, operator, value));
        }
        int order;
        if (held instanceof Number number && value instanceof Number other) {
            order = other instanceof Double d && d.isInfinite()
                    ? d > 0 ? -1 : 1
                    : new BigDecimal(number.toString()).compareTo(new BigDecimal(other.toString()));
        } else if (held instanceof Boolean truth && value instanceof Boolean other) {
            order = truth.compareTo(other);
        } else if ((held instanceof String || held instanceof UUID) && (value instanceof String || value instanceof UUID)) {
            order = held.toString().compareTo(value.toString());
        } else {
            return false;
        }
        return switch (operator) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
        };
    }

    @Test
    void randomFiltersFindWhatAPlainLookFinds() {
        Random random = new Random(SEED);
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.defaults());
            List<Chunk> chunks = new ArrayList<>();
            List<EmbeddedChunk> embedded = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Chunk chunk = chunk(random, "c" + i);
                chunks.add(chunk);
                embedded.add(new EmbeddedChunk(chunk, new float[]{1, i, 2}));
            }
            documents.upsert(embedded);
            int matched = 0;
            for (int i = 0; i < FILTERS; i++) {
                MetadataFilter filter = filter(random, 3);
                Set<String> expected = chunks.stream().filter(c -> matches(filter, c.metadata())).map(Chunk::id)
                        .collect(Collectors.toCollection(TreeSet::new));
                Set<String> found = documents.search(Search.near(new float[]{1, 0, 0}).k(1000).filter(filter)).stream()
                        .map(m -> m.chunk().id()).collect(Collectors.toCollection(TreeSet::new));
                assertEquals(expected, found, () -> "seed " + SEED + ", filter " + filter);
                matched += expected.size();
            }
            assertTrue(matched > FILTERS, "the filters must find something: " + matched);
            for (Chunk chunk : chunks) {
                assertEquals(chunk, documents.get(List.of(chunk.id())).getFirst().chunk(), "comes back as it was given");
            }
        }
    }

    @Test
    void metadataAndItsKeysSurviveReopening() {
        Chunk chunk = new Chunk("one", "text", Map.of("lang", "en", "year", 1999L));
        try (Database database = Kith.open(folder)) {
            Documents.open(database, "docs", DocumentsOptions.defaults())
                    .upsert(List.of(new EmbeddedChunk(chunk, new float[]{1, 2})));
        }
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.defaults());
            MetadataFilter both = MetadataFilter.and(MetadataFilter.eq("lang", "en"),
                    MetadataFilter.compare("year", Operator.LESS, 2000));
            assertEquals(chunk, documents.search(Search.near(new float[]{1, 1}).filter(both)).getFirst().chunk());
            documents.upsert(List.of(new EmbeddedChunk(new Chunk("two", null, Map.of("other", "x")), new float[]{1, 2})));
            assertEquals(1, documents.count(MetadataFilter.eq("lang", "en")), "a new key must not take a column in use");
            assertEquals(1, documents.delete(MetadataFilter.eq("other", "x")));
        }
    }

    @Test
    void metadataThatCannotBeKeptIsRefusedByName() {
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.defaults());
            for (Object bad : List.of(Map.of("a", 1), Double.NaN, Float.NEGATIVE_INFINITY, new Object(), List.of("a", 1),
                    List.of(List.of("a")), 'c')) {
                Chunk chunk = new Chunk("one", "text", Map.of("key", bad));
                InvalidRecordException refused = assertThrows(InvalidRecordException.class,
                        () -> documents.upsert(List.of(new EmbeddedChunk(chunk, new float[]{1}))));
                assertTrue(refused.getMessage().contains("'key'") && refused.getMessage().contains("one"), refused.getMessage());
            }
            assertEquals(0, documents.count());
            for (int i = 0; i <= Kind.TRUTH.columns; i++) {
                Chunk chunk = new Chunk("c" + i, null, Map.of("key" + i, true));
                List<EmbeddedChunk> one = List.of(new EmbeddedChunk(chunk, new float[]{1}));
                if (i < Kind.TRUTH.columns) {
                    documents.upsert(one);
                } else {
                    assertThrows(InvalidRecordException.class, () -> documents.upsert(one), "more keys than columns");
                }
            }
        }
    }
}
