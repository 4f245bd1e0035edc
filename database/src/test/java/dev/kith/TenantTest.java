package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One tenant's handle never says or changes anything about another's records.
class TenantTest {
    private static final Schema SCHEMA = Schema.builder().vector("v", 2, Metric.SQUARED_L2).keyword("owner").integer("n")
            .text("t")
            .build();

    @TempDir Path folder;
    private Database database;
    private Collection whole;
    private Collection a;
    private Collection b;

    @BeforeEach
    void open() {
        database = Kith.open(folder);
        whole = database.createCollection("c", SCHEMA);
        a = whole.tenant("a");
        b = whole.tenant("b");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Record record(String id, String owner, int n) {
        return Record.builder(id).vector("v", new float[]{n, 0}).field("owner", owner).field("n", n).field("t", "word " + owner)
                .build();
    }

    private void fill(int each) {
        for (int i = 0; i < each; i++) {
            a.upsert(record("x" + i, "a", i));
            b.upsert(record("x" + i, "b", i));
            whole.upsert(record("x" + i, "nobody", i));
        }
    }

    @Test
    void theSameIdsStandBesideEachOther() {
        fill(5);
        assertEquals(record("x1", "a", 1), a.get("x1"));
        assertEquals(record("x1", "b", 1), b.get("x1"));
        assertEquals(record("x1", "nobody", 1), whole.get("x1"));
        assertEquals(5, a.count());
        assertEquals(15, whole.count());
        a.upsert(record("x1", "a", 100));
        assertEquals(record("x1", "b", 1), b.get("x1"));
        assertEquals(1, a.delete("x2"));
        assertEquals(5, b.count());
        assertNull(a.get("x2"));
        assertEquals(record("x2", "b", 2), b.get("x2"));
        assertEquals(4, a.delete(Filter.all()));
        assertEquals(5, b.count());
        assertEquals(10, whole.count());
        assertEquals(List.of("x3"), b.search(Query.nearest("v", new float[]{3, 0}).k(1)).ids());
        assertEquals(Set.of("x0", "x1", "x2", "x3", "x4"), Set.copyOf(b.search(Query.text("t", "word")).ids()));
        assertEquals(List.of(), a.search(Query.hybrid("v", new float[2], "t", "word")).ids());
    }

    @Test
    void noIdLeadsOut() {
        fill(3);
        for (String foreign : new String[]{"b\u001Fx1", "\u001Fx1", "../b/x1", "b"}) {
            assertNull(a.get(foreign), foreign);
            assertEquals(0, a.delete(foreign), foreign);
            assertEquals(0, a.count(Filter.ids(foreign)), foreign);
            assertEquals(0, a.count(Filter.idPrefix(foreign)), foreign);
            a.upsert(record(foreign, "a", 7));
            assertEquals(record(foreign, "a", 7), a.get(foreign));
            a.delete(foreign);
        }
        assertEquals(3, b.count());
        assertEquals(3, a.count(Filter.idPrefix("")));
        assertEquals(2, a.count(Filter.not(Filter.ids("x1"))));
        for (String bad : new String[]{"", "a\u001Fb", "a\n", "\u0000", "x".repeat(513), "\uD800"}) {
            assertThrows(InvalidNameException.class, () -> whole.tenant(bad));
        }
        Collection longer = whole.tenant("ab");
        longer.upsert(record("y", "ab", 1));
        assertEquals(3, a.count());
        assertThrows(InvalidRecordException.class, () -> a.upsert(record("", "a", 1)));
    }

    @Test
    void whatConcernsTheWholeCollectionIsRefused() {
        assertThrows(UnsupportedOperationException.class, a::stats);
        assertThrows(UnsupportedOperationException.class, a::flush);
        assertThrows(UnsupportedOperationException.class, a::optimize);
        assertThrows(UnsupportedOperationException.class, a::verify);
        assertThrows(UnsupportedOperationException.class, () -> a.tenant("b"));
        assertThrows(UnsupportedOperationException.class, () -> a.explain(Query.nearest("v", new float[2])));
        assertThrows(UnsupportedOperationException.class, () -> a.whyNot(Query.nearest("v", new float[2]), "x1"));
    }

    @Test
    void conditionsAndChangesConcernTheOwnRecord() {
        fill(2);
        long version = a.get("x1").version();
        assertTrue(version > 0);
        a.write(Write.update(Update.of("x1").set("n", 50)).ifVersion(version));
        assertEquals(50, a.get("x1").field("n"));
        assertEquals(1, b.get("x1").field("n"));
        ConflictException late = assertThrows(ConflictException.class,
                () -> a.write(Write.update(Update.of("x1").set("n", 51)).ifVersion(version)));
        assertEquals("x1", late.id());
        assertThrows(ConflictException.class, () -> a.insert(record("x0", "a", 9)));
        a.insert(record("new", "a", 9));
        assertEquals(2, b.count());
        a.write(Write.delete("x0"), Write.upsert(record("x9", "a", 9)));
        assertEquals(record("x0", "b", 0), b.get("x0"));
        assertThrows(UnsupportedOperationException.class, () -> a.addFields(List.of()));
    }

    @Test
    void examplesCursorsGroupsAndRerankersKnowTheirOwnIdsOnly() {
        fill(5);
        whole.upsert(Record.builder("b\u001Fonly").vector("v", new float[]{4, 0}).field("owner", "b").build());
        assertThrows(InvalidQueryException.class, () -> a.search(Query.like("v", "only")));
        assertThrows(InvalidQueryException.class, () -> a.search(Query.like("v", "b\u001Fonly")));
        assertEquals(Set.of("x0", "x2", "x3", "x4"), Set.copyOf(a.search(Query.like("v", "x1")).ids()));
        try (SearchCursor cursor = a.open(Query.nearest("v", new float[]{4, 0}))) {
            assertEquals(List.of("x4", "x3"), cursor.next(2).stream().map(Hit::id).toList());
        }
        SearchResult reranked = a.search(Query.nearest("v", new float[2]).rerank(hits -> {
            float[] scores = new float[hits.size()];
            for (int i = 0; i < scores.length; i++) {
                assertTrue(hits.get(i).id().matches("x[0-4]"), hits.get(i).id());
                scores[i] = i;
            }
            return scores;
        }, 5));
        assertEquals("x4", reranked.ids().getFirst());
        SearchResult grouped = a.search(Query.nearest("v", new float[2]).groupBy("owner", 3));
        assertEquals(List.of("a"), grouped.groups().stream().map(SearchResult.Group::value).toList());
        assertEquals(3, a.search(List.of(Query.nearest("v", new float[2]).k(3))).getFirst().hits().size());
    }

    /// Random filters, built to let everything through, never let a foreign record through.
    @Test
    void noFilterWidensTheScope() {
        fill(20);
        whole.flush();
        fill(10);
        long seed = Long.getLong("kith.seed", 3);
        Random random = new Random(seed);
        int rounds = Integer.getInteger("kith.tenant.filters", 2000);
        for (int i = 0; i < rounds; i++) {
            Filter filter = random(random, 4);
            String what = filter + ", seed " + seed;
            long expected;
            try (var all = whole.tenant("a").scan(filter, Projection.EVERYTHING)) {
                List<Record> found = all.toList();
                expected = found.size();
                assertTrue(found.stream().allMatch(r -> "a".equals(r.field("owner"))), what);
            }
            assertEquals(expected, a.count(filter), what);
            SearchResult result = a.search(Query.nearest("v", new float[]{5, 0}).k(100).filter(filter).allFields());
            assertEquals(expected, result.hits().size(), what);
            assertTrue(result.hits().stream().allMatch(h -> "a".equals(h.fields().get("owner"))), what);
            assertTrue(a.search(Query.text("t", "word").filter(filter).allFields().k(100)).hits().stream()
                    .allMatch(h -> "a".equals(h.fields().get("owner"))), what);
        }
        a.delete(Filter.not(Filter.and()).not());
        assertEquals(0, a.count());
        assertEquals(20, b.count());
        assertEquals(40, whole.count());
    }

    private static Filter random(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 10)) {
            case 0 -> Filter.all();
            case 1 -> Filter.eq("owner", List.of("a", "b", "nobody").get(random.nextInt(3)));
            case 2 -> Filter.ids("x1", "b\u001Fx1", "x" + random.nextInt(20), "a\u001Fx2");
            case 3 -> Filter.idPrefix(List.of("", "x", "b", "b\u001F", "x1").get(random.nextInt(5)));
            case 4 -> Filter.ge("n", random.nextInt(25) - 3);
            case 5 -> Filter.exists("owner");
            case 6 -> Filter.prefix("owner", "");
            case 7 -> Filter.not(random(random, depth - 1));
            case 8 -> Filter.or(several(random, depth));
            default -> Filter.and(several(random, depth));
        };
    }

    private static List<Filter> several(Random random, int depth) {
        List<Filter> operands = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            operands.add(random(random, depth - 1));
        }
        return operands;
    }

    @Test
    void deepFiltersAreRefusedNotOverflowed() {
        Filter deep = Filter.all();
        for (int i = 0; i < 100_000; i++) {
            deep = Filter.not(deep);
        }
        Filter hostile = deep;
        assertThrows(InvalidFilterException.class, () -> a.count(hostile));
        assertThrows(InvalidFilterException.class, () -> whole.count(hostile));
        assertEquals(Set.of(), a.search(Query.nearest("v", new float[2])).ids().stream().collect(Collectors.toSet()));
    }
}
