package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Filter;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a user types after --where means what it says, or is refused with the reason.
class ConditionsTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.COSINE).keyword("pos").keywordList("tags")
            .longInteger("size").bool("good").instant("when").float64("price").text("body").build();

    private static Filter parse(String condition) {
        return Conditions.parse(SCHEMA, condition);
    }

    @Test
    void everyForm() {
        assertEquals(Filter.eq("pos", "noun"), parse("pos=noun"));
        assertEquals(Filter.eq("pos", "a=b"), parse("pos=a=b"));
        assertEquals(Filter.ne("pos", "noun"), parse(" pos != noun "));
        assertEquals(Filter.ge("size", 9007199254740993L), parse("size>=9007199254740993"));
        assertEquals(Filter.lt("price", 2.5), parse("price < 2.5"));
        assertEquals(Filter.eq("good", true), parse("good=true"));
        assertEquals(Filter.gt("when", Instant.parse("2026-01-01T00:00:00Z")), parse("when>2026-01-01T00:00:00Z"));
        assertEquals(Filter.in("pos", "adj", "adv"), parse("pos in adj, adv"));
        assertEquals(Filter.contains("tags", "x"), parse("tags=x"));
        assertEquals(Filter.containsAny("tags", "x", "y"), parse("tags in x,y"));
        assertEquals(Filter.prefix("pos", "no"), parse("pos=no*"));
        assertEquals(Filter.exists("price"), parse("exists(price)"));
        assertEquals(Filter.all(), Conditions.all(SCHEMA, List.of()));
        assertEquals(Filter.and(List.of(parse("pos=noun"), parse("size>1"))),
                Conditions.all(SCHEMA, List.of("pos=noun", "size>1")));
    }

    @Test
    void mistakesAreNamed() {
        assertRefused("pso=noun", "the nearest is 'pos'");
        assertRefused("size=many", "'size' takes a value of type long integer, found 'many'");
        assertRefused("good=yes", "'good' takes a value of type boolean");
        assertRefused("when=yesterday", "'when' takes a value of type instant");
        assertRefused("tags>x", "holds a list");
        assertRefused("pos", "expected FIELD=VALUE");
        assertRefused("v=1", "is a vector field");
        assertRefused("body=1", "is a text field");
    }

    private static void assertRefused(String condition, String part) {
        String message = assertThrows(IllegalArgumentException.class, () -> parse(condition)).getMessage();
        assertTrue(message.contains(part), message);
    }
}
