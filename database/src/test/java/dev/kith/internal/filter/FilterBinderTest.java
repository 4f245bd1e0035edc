package dev.kith.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Filter;
import dev.kith.GeoPoint;
import dev.kith.InvalidFilterException;
import dev.kith.Limits;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterBinderTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).keyword("lang").integer("year")
            .longInteger("big").float32("price").bool("ok").text("body").keywordList("tags").geoPoint("place").uuid("uuid")
            .instant("at").sparseVector("s").build();

    private static final Words WORDS = (_, text) -> text.isBlank() ? Set.of() : Set.of(text.strip().split(" +"));

    private static InvalidFilterException refused(Filter filter) {
        return assertThrows(InvalidFilterException.class, () -> FilterBinder.bind(SCHEMA, filter, WORDS));
    }

    private static boolean matches(Filter filter, Record record) {
        return FilterEvaluator.matches(FilterBinder.bind(SCHEMA, filter, WORDS), record);
    }

    @Test
    void anUnknownFieldNamesTheNearestKnownOne() {
        InvalidFilterException e = refused(Filter.eq("lang", "en").and(Filter.not(Filter.gt("yaer", 1))));
        assertEquals("yaer", e.field());
        assertTrue(e.getMessage().contains("'year'"), e.getMessage());
    }

    @Test
    void wrongTypesAreRefused() {
        assertEquals("integer", refused(Filter.eq("year", "2020")).expected());
        refused(Filter.gt("year", 1.5));
        refused(Filter.eq("year", 1L << 40));
        refused(Filter.in("lang", "en", 5));
        refused(Filter.prefix("year", "20"));
        refused(Filter.gt("ok", false));
        refused(Filter.eq("body", "word"));
        refused(Filter.eq("v", 1));
        refused(Filter.eq("tags", "a"));
        refused(Filter.contains("lang", "a"));
        refused(Filter.matches("lang", "a"));
        refused(Filter.wildcard("body", "a*"));
        refused(Filter.wildcard("lang", "a".repeat(Limits.MAX_WILDCARD_LENGTH + 1)));
        refused(Filter.eq("place", new GeoPoint(0, 0)));
        refused(Filter.withinDistance("lang", new GeoPoint(0, 0), 1));
        refused(Filter.eq("uuid", "1-1-1-1-1"));
        refused(Filter.eq("at", "yesterday"));
        refused(Filter.isNull("v"));
        refused(Filter.eq("s", 1));
        assertThrows(InvalidFilterException.class, () -> Filter.withinDistance("place", new GeoPoint(0, 0), -1));
        assertThrows(InvalidFilterException.class, () -> Filter.withinBox("place", new GeoPoint(2, 0), new GeoPoint(1, 0)));
        assertThrows(InvalidFilterException.class, () -> Filter.eq("year", null));
        assertThrows(InvalidFilterException.class, () -> Filter.in("year", 1, null));
        assertThrows(InvalidFilterException.class, () -> new Filter.Range("year", null, true, null, true));
    }

    @Test
    void filtersOverTheLimitsAreRefusedWithoutExhaustingTheStack() {
        Filter deep = Filter.exists("lang");
        for (int i = 0; i < 1_000_000; i++) {
            deep = deep.not();
        }
        assertTrue(refused(deep).expected().contains("levels"));
        refused(Filter.or(Collections.nCopies(Limits.MAX_FILTER_NODES, Filter.exists("lang"))));
        refused(Filter.ids(Collections.nCopies(Limits.MAX_FILTER_VALUES + 1, "a")));
        Filter wide = Filter.exists("lang");
        for (int i = 0; i < 40; i++) { // 2^40 nodes, 40 levels
            wide = wide.and(wide);
        }
        assertTrue(refused(wide).expected().contains("conditions"));
        FilterBinder.bind(SCHEMA, Filter.or(Collections.nCopies(Limits.MAX_FILTER_NODES - 1, Filter.exists("lang"))), WORDS);
    }

    @Test
    void whatAMissingValueMeans() {
        Record without = Record.builder("a").build();
        Record with = Record.builder("b").field("lang", "en").field("tags", List.of()).build();
        assertTrue(matches(Filter.ne("lang", "en"), without));
        assertTrue(matches(Filter.notIn("lang", "en"), without));
        assertFalse(matches(Filter.lt("year", 3000), without));
        assertFalse(matches(Filter.exists("tags"), with));
        assertFalse(matches(Filter.ne("lang", "en"), with));
        assertTrue(matches(Filter.containsAll("tags"), with));
        assertFalse(matches(Filter.in("lang"), with));
        assertTrue(matches(Filter.and(List.of()), with));
        assertFalse(matches(Filter.or(List.of()), with));
    }

    @Test
    void nullIsNeitherAValueNorMissing() {
        Record with = Record.builder("a").field("lang", null).build();
        assertTrue(matches(Filter.isNull("lang"), with));
        assertFalse(matches(Filter.exists("lang"), with));
        assertTrue(matches(Filter.ne("lang", "en"), with));
        assertFalse(matches(Filter.isNull("year"), with));
        assertTrue(matches(Filter.isNull("lang").not(), Record.builder("b").build()));
    }

    @Test
    void aHostileWildcardTakesNoLongerThanAKindOne() {
        Record record = Record.builder("a").field("lang", "a".repeat(Limits.MAX_KEYWORD_BYTES)).build();
        String stars = "*a".repeat(500);
        assertTrue(matches(Filter.wildcard("lang", stars + "*"), record));
        assertFalse(matches(Filter.wildcard("lang", stars + "b"), record));
        assertTrue(matches(Filter.wildcard("lang", "*" + "?".repeat(1_000) + "*"), record));
        assertTrue(matches(Filter.wildcard("lang", "a\\*?"), Record.builder("b").field("lang", "a*\ud83d\ude00").build()));
        assertFalse(matches(Filter.wildcard("lang", "a\\*?"), Record.builder("b").field("lang", "ab?").build()));
    }

    @Test
    void wordsAndPlaces() {
        Record record = Record.builder("a").field("body", "cats and dogs").field("place", new GeoPoint(52.5, 13.4)).build();
        assertTrue(matches(Filter.matches("body", "dogs cats"), record));
        assertFalse(matches(Filter.matches("body", "dogs birds"), record));
        assertTrue(matches(Filter.matchesAny("body", "dogs birds"), record));
        assertFalse(matches(Filter.matches("body", " "), record));
        GeoPoint alexanderplatz = new GeoPoint(52.5219, 13.4132);
        assertTrue(matches(Filter.withinDistance("place", alexanderplatz, 2_600), record));
        assertFalse(matches(Filter.withinDistance("place", alexanderplatz, 2_500), record));
        assertTrue(matches(Filter.withinBox("place", new GeoPoint(52, 13), new GeoPoint(53, 14)), record));
        assertFalse(matches(Filter.withinBox("place", new GeoPoint(52, 14), new GeoPoint(53, 13)), record));
        assertTrue(matches(Filter.withinBox("place", new GeoPoint(52, 170), new GeoPoint(53, 20)), record));
    }

    @Test
    void literalsAreConvertedLikeStoredValues() {
        Record record = Record.builder("a").field("price", 0.1f).field("big", (1L << 53) + 1).build();
        assertTrue(matches(Filter.eq("price", 0.1), record));
        assertTrue(matches(Filter.le("price", 0.1), record));
        assertFalse(matches(Filter.eq("big", 1L << 53), record));
        assertTrue(matches(Filter.gt("big", 1L << 53), record));
        assertFalse(matches(Filter.between("big", 5, 1), record));
    }
}
