package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueTypesTest {
    @Test
    void aDuplicateFieldNameIsRefusedAndNamed() {
        Schema.Builder builder = Schema.builder().vector("v", 3, Metric.COSINE).keyword("tag");
        InvalidSchemaException e = assertThrows(InvalidSchemaException.class, () -> builder.text("tag"));
        assertEquals("tag", e.field());
        assertTrue(e.getMessage().contains("declared before as keyword"), e.getMessage());
    }

    @Test
    void namesThatCannotBeToldApartAreRefused() {
        for (String name : List.of("", "1a", "a b", "_id", "a".repeat(129), "id", "Score", "AND", "a\u0000b")) {
            assertThrows(InvalidSchemaException.class, () -> new ScalarField(name, FieldType.LONG, false), name);
        }
        for (String name : List.of("", "../up", "a/b", "a\\b", ".", "..", "a b", "\u00e4", "n".repeat(129))) {
            assertThrows(InvalidNameException.class, () -> Names.checkCollection(name), name);
        }
        assertEquals("grüße.de-1_x", new ScalarField("grüße.de-1_x", FieldType.LONG, false).name());
    }

    @Test
    void aSchemaWithoutVectorsOrWithABadDimensionIsRefused() {
        assertThrows(InvalidSchemaException.class, () -> Schema.builder().keyword("k").build());
        assertThrows(InvalidSchemaException.class, () -> VectorField.of("v", 0, Metric.SQUARED_L2));
        assertThrows(InvalidSchemaException.class, () -> VectorField.of("v", Limits.MAX_DIMENSION + 1, Metric.SQUARED_L2));
        assertThrows(InvalidSchemaException.class, () -> IndexSpec.hnsw(1, 100));
        assertThrows(InvalidSchemaException.class, () -> IndexSpec.hnsw(16, 15));
    }

    @Test
    void aRecordKeepsCopiesAndRefusesASecondValue() {
        float[] vector = {1, 2, 3};
        List<String> tags = new ArrayList<>(List.of("a"));
        Record record = Record.builder("x").vector("v", vector).field("tags", tags).build();
        vector[0] = 9;
        tags.add("b");
        assertEquals(1, record.vector("v")[0]);
        assertNotSame(record.vector("v"), record.vector("v"));
        assertEquals(List.of("a"), record.field("tags"));
        assertNull(record.vector("w"));
        assertThrows(InvalidRecordException.class, () -> Record.builder("x").field("a", 1).field("a", 2));
        assertThrows(InvalidRecordException.class, () -> Record.builder("x").vector("v", vector).vector("v", vector));
        assertThrows(InvalidRecordException.class, () -> Record.builder("x").field("a", null).field("a", 1));
        assertThrows(InvalidRecordException.class, () -> Record.builder("x").payload(new byte[]{(byte) 0xff}));
    }

    @Test
    void nestedObjectsBecomePathsAndComeBack() {
        Record record = Record.builder("x")
                .field("author", java.util.Map.of("name", "Ada", "born", java.util.Map.of("year", 1815)))
                .field("author", "both").build();
        assertEquals("Ada", record.field("author.name"));
        assertEquals(1815, record.field("author.born.year"));
        assertEquals(java.util.Map.of("name", "Ada", "born", java.util.Map.of("year", 1815)), record.object("author"));
        assertEquals(java.util.Map.of(), record.object("auth"));
        java.util.Map<String, Object> endless = new java.util.HashMap<>();
        endless.put("a", endless);
        assertThrows(InvalidRecordException.class, () -> Record.builder("x").field("deep", endless));
    }

    @Test
    void aNullIsNotAMissingValue() {
        Record with = Record.builder("x").field("a", null).build();
        assertEquals(java.util.Set.of("a"), with.nulls());
        assertNull(with.field("a"));
        assertNotEquals(with, Record.builder("x").build());
    }

    @Test
    void sparseAndMultiVectorsRefuseWhatTheyCannotHold() {
        SparseVector sparse = SparseVector.of(new int[]{7, 2, 5}, new float[]{1, 0, -2});
        assertEquals(2, sparse.size());
        assertEquals(5, sparse.index(0));
        assertEquals(-4, sparse.dot(SparseVector.of(new int[]{5, 9}, new float[]{2, 1})));
        assertThrows(IllegalArgumentException.class, () -> SparseVector.of(new int[]{1, 1}, new float[]{1, 2}));
        assertThrows(IllegalArgumentException.class, () -> SparseVector.of(new int[]{-1}, new float[]{1}));
        assertThrows(IllegalArgumentException.class, () -> SparseVector.of(new int[]{1}, new float[]{Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> SparseVector.of(new int[]{1}, new float[0]));
        assertEquals(2, MultiVector.of(2, new float[]{1, 2, 3, 4}).count());
        assertEquals(MultiVector.of(2, new float[]{1, 2, 3, 4}), MultiVector.of(List.of(new float[]{1, 2}, new float[]{3, 4})));
        assertThrows(IllegalArgumentException.class, () -> MultiVector.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> MultiVector.of(2, new float[3]));
        assertThrows(IllegalArgumentException.class, () -> MultiVector.of(List.of(new float[1], new float[2])));
        assertThrows(IllegalArgumentException.class, () -> MultiVector.of(1, new float[]{Float.NaN}));
        assertThrows(InvalidSchemaException.class, () -> new MultiVectorField("m", 2, Metric.SQUARED_L2));
        assertThrows(IllegalArgumentException.class, () -> new GeoPoint(90.1, 0));
        assertThrows(IllegalArgumentException.class, () -> new GeoPoint(0, Double.NaN));
    }

    @Test
    void recordsAreEqualByContent() {
        Record a = Record.builder("x").vector("v", new float[]{1, 2}).field("n", 1).payload("{}").build();
        Record b = Record.builder("x").vector("v", new float[]{1, 2}).field("n", 1).payload("{}").build();
        assertEquals(a, b);
        assertEquals(a.hashCode(), b.hashCode());
        assertNotEquals(a, Record.builder("x").vector("v", new float[]{1, 3}).field("n", 1).payload("{}").build());
        assertNotEquals(VectorValue.of(new float[]{1}), VectorValue.of(new byte[]{1}));
    }

    @Test
    void aQueryRefusesCountsOutsideItsLimits() {
        Query query = Query.nearest("v", new float[]{1});
        for (int k : new int[]{0, -1, Limits.MAX_K + 1, Integer.MAX_VALUE}) {
            InvalidQueryException e = assertThrows(InvalidQueryException.class, () -> query.k(k));
            assertEquals("k", e.field());
            assertEquals(Integer.toString(k), e.found());
        }
        assertThrows(InvalidQueryException.class, () -> query.efSearch(0));
        assertThrows(InvalidQueryException.class, () -> query.minScore(Float.NaN));
        assertThrows(InvalidQueryException.class, () -> Query.of());
        assertThrows(InvalidQueryException.class, () -> Clause.text("t", "x").weight(0));
        assertThrows(InvalidQueryException.class, () -> Clause.text("t", "x").weight(Double.NaN));
    }

    @Test
    void changingAQueryLeavesTheOriginalAlone() {
        Query query = Query.hybrid("v", new float[]{1}, "t", "x");
        Query changed = query.k(3).efSearch(50).fields("a").withPayload().minScore(0.1f).filter(Filter.exists("a"));
        assertEquals(10, query.k());
        assertEquals(Projection.NONE, query.projection());
        assertEquals(new Projection(List.of("a"), true, false), changed.projection());
        assertEquals(Effort.efSearch(50), ((Clause.Nearest) changed.clauses().getFirst()).effort());
        assertEquals(query.clauses().getLast(), changed.clauses().getLast());
    }

    @Test
    void longNamesAreShortenedInMessages() {
        InvalidRecordException e = new InvalidRecordException("x".repeat(1 << 20), "a", "b");
        assertTrue(e.getMessage().length() < 300);
        assertEquals(1 << 20, e.field().length());
    }

    @Test
    void optionsRefuseValuesOutsideTheirRange() {
        assertThrows(IllegalArgumentException.class, () -> Options.defaults().withRecentRecords(15));
        assertThrows(IllegalArgumentException.class, () -> Options.defaults().withLogBytes(1));
        assertThrows(IllegalArgumentException.class, () -> Durability.group(0));
    }
}
