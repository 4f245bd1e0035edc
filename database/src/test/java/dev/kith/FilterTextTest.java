package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The text of filters: what it means, where its mistakes are told, and that no text does harm.
class FilterTextTest {
    private static void same(String text, Filter filter) {
        assertEquals(filter, Filter.parse(text), text);
        assertEquals(filter, Filter.parse(filter.toText()), filter.toText());
    }

    @Test
    void everyOperatorMeansItsMethod() {
        same("lang = 'en'", Filter.eq("lang", "en"));
        same("lang != \"en\"", Filter.ne("lang", "en"));
        same("lang <> 'en'", Filter.ne("lang", "en"));
        same("year > 2020", Filter.gt("year", 2020));
        same("2020 <= year", Filter.ge("year", 2020));
        same("year >= -5", Filter.ge("year", -5));
        same("price < 1.5e3", Filter.lt("price", 1500.0));
        same("price<=0.1", Filter.le("price", 0.1));
        same("year between 1 and 9 and ok = true", Filter.and(Filter.between("year", 1, 9), Filter.eq("ok", true)));
        same("1 < year <= 9", new Filter.Range("year", 1L, false, 9L, true));
        same("lang in ('en', 'de')", Filter.in("lang", "en", "de"));
        same("lang in ()", Filter.in("lang"));
        same("lang NOT IN ('en')", Filter.notIn("lang", "en"));
        same("exists(price)", Filter.exists("price"));
        same("not exists(price)", Filter.exists("price").not());
        same("price is null", Filter.isNull("price"));
        same("price is not null", Filter.isNull("price").not());
        same("tags contains 'x'", Filter.contains("tags", "x"));
        same("tags contains any ('x', 'y')", Filter.containsAny("tags", "x", "y"));
        same("tags contains all ('x', 'y')", Filter.containsAll("tags", "x", "y"));
        same("lang prefix 'e'", Filter.prefix("lang", "e"));
        same("path like '/a/*.p?f'", Filter.wildcard("path", "/a/*.p?f"));
        same("body matches \"full text\"", Filter.matches("body", "full text"));
        same("body matches any 'full text'", Filter.matchesAny("body", "full text"));
        same("place within 5000 of point(52.5, 13.4)", Filter.withinDistance("place", new GeoPoint(52.5, 13.4), 5000));
        same("place within box(-1, 170, 1, -170)",
                Filter.withinBox("place", new GeoPoint(-1, 170), new GeoPoint(1, -170)));
        same("at >= instant('2026-01-31T12:00:00Z')", Filter.ge("at", Instant.parse("2026-01-31T12:00:00Z")));
        same("key = uuid('123e4567-e89b-12d3-a456-426614174000')",
                Filter.eq("key", UUID.fromString("123e4567-e89b-12d3-a456-426614174000")));
        same("id = 'a'", Filter.ids("a"));
        same("id in ('a', 'b')", Filter.ids("a", "b"));
        same("id not in ('a')", Filter.ids("a").not());
        same("id prefix 'a/b'", Filter.idPrefix("a/b"));
        same("not id prefix ''", Filter.idPrefix("").not());
        same("true", Filter.all());
        same("false", Filter.or());
        same("and()", Filter.and());
        same("or(exists(a))", Filter.or(List.of(Filter.exists("a"))));
    }

    @Test
    void notBindsTighterThanAndAndAndTighterThanOr() {
        Filter a = Filter.exists("a");
        Filter b = Filter.exists("b");
        Filter c = Filter.exists("c");
        same("exists(a) or exists(b) and not exists(c)", Filter.or(a, Filter.and(b, c.not())));
        same("(exists(a) or exists(b)) and exists(c)", Filter.and(Filter.or(a, b), c));
        same("not (exists(a) and exists(b))", Filter.and(a, b).not());
        same("(exists(a) and exists(b)) and exists(c)", a.and(b).and(c));
        same("exists(a) and exists(b) and exists(c)", Filter.and(a, b, c));
    }

    @Test
    void longsAreExactAndNumbersTooLargeAreRefused() {
        same("n = 9007199254740993", Filter.eq("n", (1L << 53) + 1));
        same("n = -9223372036854775808", Filter.eq("n", Long.MIN_VALUE));
        refused("n = 9223372036854775808", 5);
        refused("n = 1e999", 5);
        same("x = 1.0E300", Filter.eq("x", 1e300));
        same("x = -0.0", Filter.eq("x", -0d));
        same("x = 4.9E-324", Filter.eq("x", Double.MIN_VALUE));
        assertThrows(InvalidFilterException.class, () -> Filter.eq("x", Double.NaN).toText());
        assertThrows(InvalidFilterException.class, () -> Filter.eq("x", new Object()).toText());
    }

    @Test
    void parametersAreValuesWhateverTheyHold() {
        String hostile = "' or true or 'x' = '";
        assertEquals(Filter.eq("lang", hostile), Filter.parse("lang = :l", Map.of("l", hostile)));
        assertEquals(Filter.eq("lang", hostile), Filter.parse(Filter.eq("lang", hostile).toText()));
        assertEquals(Filter.in("year", 1, 2), Filter.parse("year in :years", Map.of("years", List.of(1, (short) 2))));
        assertEquals(Filter.in("year", 1, 2), Filter.parse("year in (:a, :b)", Map.of("a", 1, "b", 2L)));
        assertEquals(Filter.containsAll("tags", "x"), Filter.parse("tags contains all :t", Map.of("t", List.of("x"))));
        assertEquals(Filter.withinDistance("p", new GeoPoint(1, 2), 3),
                Filter.parse("p within :m of :c", Map.of("m", 3, "c", new GeoPoint(1, 2))));
        assertTrue(refused("lang = :lagn", Map.of("lang", "en"), 8).expected().contains("':lang'"));
        refused("lang = :l", Map.of("l", List.of("en")), 8);
        refused("lang in :l", Map.of("l", "en"), 9);
        refused("lang in :l", Map.of("l", Arrays.asList("en", null)), 9);
        refused("lang = :l", Map.of("l", new int[0]), 8);
        refused("lang = 'en'", Map.of("l", 1), 0);
        refused(":field = 'en'", Map.of("field", "lang"), 10);
    }

    private static InvalidFilterException refused(String text, int position) {
        return refused(text, Map.of(), position);
    }

    private static InvalidFilterException refused(String text, Map<String, ?> parameters, int position) {
        InvalidFilterException e = assertThrows(InvalidFilterException.class, () -> Filter.parse(text, parameters), text);
        assertEquals(position, e.position(), e.getMessage());
        return e;
    }

    @Test
    void mistakesAreToldWithTheirPlace() {
        refused("", 1);
        refused("lang", 5);
        refused("lang =", 7);
        refused("lang = 'en", 8);
        refused("lang == 'en'", 7);
        refused("lang = en", 8);
        refused("lang = 'en' 'de'", 13);
        refused("lang = 'en' and", 16);
        refused("(lang = 'en'", 13);
        refused("lang = 'en')", 12);
        refused("lang in 'en'", 9);
        refused("lang in ('en' 'de')", 15);
        refused("year between 1 or 2", 16);
        refused("exists price", 1);
        refused("year > 5x", 8);
        refused("year > #", 8);
        refused("x is 5", 6);
        refused("id > 'a'", 4);
        refused("id in (1)", 7);
        refused("p within 5", 11);
        refused("p within 5 of 'here'", 15);
        refused("p within 5 of point(91, 0)", 15);
        refused("p within box(1, 2, 3)", 21);
        refused("k = uuid('1-1-1-1-1')", 10);
        refused("t = instant('today')", 13);
        refused("in = 5", 1);
        refused("x = 5 < y", 7);
        refused("lang = `en`", 8);
        assertTrue(refused("lang ~ 'en'", 6).getMessage().contains("character 6"));
    }

    @Test
    void anyFieldNameIsWrittenSoThatItIsReadBack() {
        for (String name : List.of("a b", "in", "", "`", "a`b``", "author.name", "gr\u00fc\u00dfe-x", "1a", "a\nb", "id", "_x",
                "null", "point",
                "any", "'")) {
            same(Filter.eq(name, "v").toText(), Filter.eq(name, "v"));
            same(Filter.exists(name).toText(), Filter.exists(name));
        }
        same("any = 1 and point = 2 and of in (3)",
                Filter.and(Filter.eq("any", 1), Filter.eq("point", 2), Filter.in("of", 3)));
    }

    @Test
    void deepLongAndRandomTextsAreRefusedWithoutHarm() {
        String deep = "(".repeat(500_000);
        assertTrue(refused(deep, Limits.MAX_FILTER_DEPTH + 1).expected().contains("levels"));
        refused("not ".repeat(200_000) + "true", 4 * Limits.MAX_FILTER_DEPTH + 1);
        refused("x".repeat(Limits.MAX_FILTER_TEXT + 1), Limits.MAX_FILTER_TEXT + 1);
        Filter nested = Filter.exists("x");
        for (int i = 0; i < 1_000_000; i++) {
            nested = nested.not();
        }
        assertThrows(InvalidFilterException.class, nested::toText);
        long seed = Long.getLong("kith.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> pieces = List.of("(", ")", ",", "=", "!=", "<", "<=", "and", "or", "not", "in", "is", "null", "between", "x",
                "id",
                "'s'", "5", "-1.5", ":p", "`n`", "true", "exists", "contains", "any", "all", "within", "of", "box", "point",
                "like", "\"",
                "\ud800", "\u0000", "matches", "prefix");
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextInt(4) == 0 ? "" : " ");
            }
            try {
                Filter filter = Filter.parse(text.toString());
                assertEquals(filter, Filter.parse(filter.toText()), () -> "seed " + seed + ": " + text);
            } catch (InvalidFilterException e) {
                assertTrue(e.position() > 0 && e.position() <= text.length() + 1
                        || e.field().equals("x") || e.field().equals("n") || e.field().equals("id"),
                        () -> "seed " + seed + ": "
                                + text + ": " + e);
            }
        }
    }
}
