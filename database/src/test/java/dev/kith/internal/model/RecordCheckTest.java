package dev.kith.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.FieldType;
import dev.kith.InvalidRecordException;
import dev.kith.Limits;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordCheckTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.COSINE)
            .add(VectorField.of("w", 2, Metric.SQUARED_L2).asOptional())
            .add(VectorField.of("b", 2, Metric.INNER_PRODUCT).withEncoding(VectorEncoding.INT8).asOptional())
            .keyword("keyword").integer("int").longInteger("long").float32("float").float64("double").bool("bool")
            .instant("instant").text("text").keywordList("tags").list("longs", FieldType.LONG).build();

    private static Record.Builder valid(String id) {
        return Record.builder(id).vector("v", new float[]{1, 0});
    }

    private static InvalidRecordException refused(Record record) {
        return assertThrows(InvalidRecordException.class, () -> RecordCheck.fit(SCHEMA, record));
    }

    private static void refused(String field, Object value, String expected) {
        InvalidRecordException e = refused(valid("x").field(field, value).build());
        assertEquals(field, e.field());
        assertTrue(e.getMessage().contains("record 'x'") && e.expected().contains(expected), e.getMessage());
    }

    @Test
    void badIdsAreRefused() {
        assertEquals("id", refused(valid("").build()).field());
        InvalidRecordException e = refused(valid("i".repeat(10 << 20)).build());
        assertTrue(e.found().contains("10485760"), e.found());
        assertTrue(e.getMessage().length() < 1000);
        refused(valid("é".repeat(Limits.MAX_ID_BYTES / 2 + 1)).build());
        refused(valid("\ud800").build());
        RecordCheck.fit(SCHEMA, valid("é".repeat(Limits.MAX_ID_BYTES / 2)).build());
    }

    @Test
    void badVectorsAreRefused() {
        assertEquals("nothing", refused(Record.builder("x").build()).found());
        InvalidRecordException e = refused(Record.builder("x").vector("v", new float[3]).build());
        assertEquals("float32 vector of dimension 2", e.expected());
        assertEquals("float32 vector of dimension 3", e.found());
        for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertTrue(refused(Record.builder("x").vector("v", new float[]{1, bad}).build()).found().contains("index 1"));
        }
        assertEquals("a zero vector", refused(Record.builder("x").vector("v", new float[]{0, -0f}).build()).found());
        refused(Record.builder("x").vector("v", new float[]{1e-30f, 0}).build());
        refused(Record.builder("x").vector("v", new float[]{2e19f, 0}).build());
        refused(valid("x").vector("w", new float[]{2e19f, 0}).build());
        refused(valid("x").vector("w", new byte[]{1, 2}).build());
        refused(valid("x").vector("b", new float[]{1, 2}).build());
        assertTrue(refused(valid("x").vector("ww", new float[]{1, 2}).build()).expected().contains("'w'"));
        RecordCheck.fit(SCHEMA, valid("x").vector("w", new float[2]).vector("b", new byte[]{-128, 127}).build());
    }

    @Test
    void unknownFieldsNameTheNearestKnownOne() {
        refused("keywrod", "a", "'keyword'");
        refused("v", 1, "vector of dimension 2");
        refused("zzzzzzzz", 1, "a field of the schema");
    }

    @Test
    void valuesOfTheWrongTypeAreRefused() {
        refused("keyword", 1, "keyword");
        refused("keyword", "k".repeat(Limits.MAX_KEYWORD_BYTES + 1), "at most 32766 bytes");
        refused("keyword", "a\udc00", "surrogates");
        refused("int", 1L << 31, "integer in");
        refused("int", 1.0, "integer");
        refused("long", 1f, "long integer");
        refused("float", 1e39, "finite");
        refused("float", (1 << 24) + 1, "exactly");
        refused("double", (1L << 53) + 1, "exactly");
        refused("double", Double.NaN, "finite");
        refused("double", Long.MAX_VALUE, "exactly");
        refused("bool", "true", "boolean");
        refused("instant", Instant.MAX, "2262");
        refused("instant", "2020-01-01", "instant");
        refused("text", 1, "text");
        refused("tags", "a", "list of keyword");
        refused("tags", List.of("a", 1), "keyword");
        refused("keyword", List.of("a"), "keyword");
        refused("longs", Collections.nCopies(Limits.MAX_LIST_VALUES + 1, 1), "values");
    }

    @Test
    void valuesTakeTheTypeOfTheirField() {
        Record fitted = RecordCheck.fit(SCHEMA, valid("x").field("int", 7L).field("long", (byte) 7).field("float", 0.1)
                .field("double", 7).field("longs", List.of(1, 2L, (short) 2)).build());
        assertEquals(7, fitted.field("int"));
        assertEquals(7L, fitted.field("long"));
        assertEquals(0.1f, fitted.field("float"));
        assertEquals(7d, fitted.field("double"));
        assertEquals(List.of(1L, 2L, 2L), fitted.field("longs"));
        assertEquals(0d, RecordCheck.fit(SCHEMA, valid("x").field("double", -0d).build()).field("double"));
        assertEquals(Long.MAX_VALUE, RecordCheck.fit(SCHEMA, valid("x").field("long", Long.MAX_VALUE).build()).field("long"));
    }

    @Test
    void instantsKeepTheirNanosecondsOverTheWholeRange() {
        for (long nanos : new long[]{0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, -1_000_000_000L}) {
            assertEquals(nanos, FieldValues.nanos(FieldValues.instant(nanos)));
        }
        refused("instant", FieldValues.instant(Long.MIN_VALUE).minusNanos(1), "between");
        refused("instant", FieldValues.instant(Long.MAX_VALUE).plusNanos(1), "between");
    }

    @Test
    void payloadsMustBeOneJsonValue() {
        for (String bad : List.of("", " ", "{", "{} {}", "{'a':1}", "nul", "[1,]", "\"\ud800\"", "NaN",
                "[".repeat(300) + "]".repeat(300))) {
            InvalidRecordException e = refused(valid("x").payload(bad).build());
            assertEquals("payload", e.field(), bad);
        }
        refused(valid("x").payload("\"" + "a".repeat(Limits.MAX_PAYLOAD_BYTES) + "\"").build());
        for (String good : List.of("{}", "[]", "1", "null", "\"é\"", "{\"a\": [1, {\"b\": null}]}  ",
                "123456789012345678901234567890")) {
            assertEquals(good, RecordCheck.fit(SCHEMA, valid("x").payload(good).build()).payload());
        }
    }

    @Test
    void keywordsCompareByCodePoint() {
        assertTrue(Utf8.compare("\uff5e", "\ud83d\ude00") < 0);
        assertTrue("\uff5e".compareTo("\ud83d\ude00") > 0);
        assertTrue(Utf8.compare("a", "ab") < 0);
        assertEquals(4, Utf8.length("\ud83d\ude00"));
        assertEquals(-1, Utf8.length("\ude00\ud83d"));
    }
}
