package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of query, against plain arithmetic over the same records.
class QueriesTest {
    private static final int RECORDS = 1200;
    private static final int DIMENSION = 16;
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.COSINE)
            .add(VectorField.of("w", 2, Metric.SQUARED_L2).asOptional()).keyword("author").keywordList("tags").integer("stars")
            .instant("created").text("body").build();

    @TempDir Path folder;
    private Database database;
    private Collection collection;
    private final List<Record> records = new ArrayList<>();

    @BeforeEach
    void write() {
        database = Kith.open(folder, Options.defaults().withGraphRecords(300).withDurability(Durability.osBuffered()));
        collection = database.createCollection("c", SCHEMA);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < RECORDS; i++) {
            Record.Builder record = Record.builder("r" + i).vector("v", vector(random)).field("author", "a" + i % 40)
                    .field("tags", i % 2 == 0 ? List.of("x", "y") : List.of("y")).field("stars", i % 10)
                    .field("created", NOW.minus(Duration.ofDays(i))).field("body", i % 4 == 0 ? "wind and rain" : "snow " + i);
            if (i % 3 == 0) {
                record.vector("w", new float[]{i, 0});
            }
            if (i % 100 == 7) {
                record = Record.builder("r" + i).vector("v", vector(random)).field("body", "nothing else");
            }
            records.add(record.build());
        }
        collection.upsert(records.subList(0, 800));
        collection.optimize();
        collection.upsert(records.subList(800, 1100));
        collection.flush();
        collection.upsert(records.subList(1100, RECORDS));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        int cluster = random.nextInt(8);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (Math.cos(cluster * 5 + i) + 0.5 * random.nextGaussian());
        }
        return vector;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    private float[] of(int i) {
        return java.util.Objects.requireNonNull(records.get(i).vector("v"));
    }

    private List<String> byCosine(float[] query, Set<String> without, int k) {
        return records.stream().filter(r -> !without.contains(r.id()))
                .sorted((a, b) -> Double.compare(cosine(query, b.vector("v")), cosine(query, a.vector("v")))).limit(k)
                .map(Record::id).toList();
    }

    @Test
    void aStoredRecordIsAskedForItsLikesButIsNotOneOfThem() {
        Query query = Query.like("v", "r17").effort(Effort.exact()).k(25);
        assertEquals(byCosine(of(17), Set.of("r17"), 25), collection.search(query).ids());
        InvalidQueryException missing = assertThrows(InvalidQueryException.class,
                () -> collection.search(Query.like("v", "nobody")));
        assertTrue(missing.getMessage().contains("nobody"), missing.getMessage());
        assertTrue(assertThrows(InvalidQueryException.class, () -> collection.search(Query.like("w", "r1"))).getMessage()
                .contains("r1"));
    }

    @Test
    void examplesPullAndPush() {
        float[] target = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            double positive = (unit(of(3))[i] + unit(of(4))[i]) / 2;
            target[i] = (float) (2 * positive - unit(of(5))[i]);
        }
        Query query = Query.recommend("v", List.of(Clause.Example.id("r3"), Clause.Example.vector(of(4))),
                List.of(Clause.Example.id("r5"))).effort(Effort.exact()).k(20);
        assertEquals(byCosine(target, Set.of("r3", "r5"), 20), collection.search(query).ids());
    }

    private static double[] unit(float[] vector) {
        double norm = Math.sqrt(cosineNorm(vector));
        double[] unit = new double[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = vector[i] / norm;
        }
        return unit;
    }

    private static double cosineNorm(float[] vector) {
        double sum = 0;
        for (float x : vector) {
            sum += (double) x * x;
        }
        return sum;
    }

    @Test
    void allWithinARangeAreFound() {
        float[] query = of(1);
        Set<String> expected = new HashSet<>();
        for (Record record : records) {
            if (cosine(query, record.vector("v")) >= 0.6) {
                expected.add(record.id());
            }
        }
        assertTrue(expected.size() > 60, "too few to tell: " + expected.size());
        assertEquals(expected, new HashSet<>(collection.search(Query.within("v", query, 0.6f).effort(Effort.exact())).ids()));
        Set<String> found = new HashSet<>(collection.search(Query.within("v", query, 0.6f)).ids());
        assertTrue(expected.containsAll(found) && found.size() >= 0.97 * expected.size(),
                found.size() + " of " + expected.size());
        assertEquals(5, collection.search(Query.within("v", query, 0.6f).k(5)).hits().size());
    }

    @Test
    void pagesByOffsetAreTheWholeOrder() {
        Query all = Query.nearest("v", of(9)).effort(Effort.exact()).k(200);
        List<String> whole = collection.search(all).ids();
        List<String> pages = new ArrayList<>();
        for (int offset = 0; offset < 200; offset += 40) {
            pages.addAll(collection.search(all.k(40).offset(offset)).ids());
        }
        assertEquals(whole, pages);
        Query hybrid = Query.hybrid("v", of(9), "body", "wind").k(30).candidates(200).effort(Effort.exact());
        assertEquals(collection.search(hybrid).ids().subList(10, 30), collection.search(hybrid.k(20).offset(10)).ids());
        assertThrows(InvalidQueryException.class, () -> all.offset(Limits.MAX_K));
    }

    @Test
    void aCursorGivesEveryRecordOnceAsOfItsMoment() {
        for (Effort effort : List.of(Effort.exact(), Effort.auto())) {
            List<String> read = new ArrayList<>();
            try (SearchCursor cursor = collection.open(Query.nearest("v", of(2)).effort(effort))) {
                long sequence = cursor.sequence();
                for (List<Hit> page = cursor.next(37); !page.isEmpty(); page = cursor.next(37)) {
                    page.forEach(h -> read.add(h.id()));
                    if (read.size() == 74) { // writes in between
                        collection.upsert(Record.builder("new" + effort).vector("v", of(2)).build());
                        collection.delete(records.get(500).id());
                        collection.flush();
                    }
                }
                assertEquals(sequence, cursor.sequence());
                assertEquals(read.size(), cursor.position());
            }
            collection.upsert(records.get(500));
            collection.delete("new" + effort);
            assertEquals(RECORDS, read.size());
            assertEquals(RECORDS, new HashSet<>(read).size());
            if (effort instanceof Effort.Exact) {
                assertEquals(byCosine(of(2), Set.of(), RECORDS), read);
            }
        }
        SearchCursor closed = collection.open(Query.nearest("v", of(2)));
        closed.close();
        assertThrows(ClosedException.class, () -> closed.next(1));
        assertThrows(InvalidQueryException.class, () -> collection.open(Query.nearest("v", of(2)).groupBy("author", 1)));
    }

    @Test
    void groupsHoldTheBestOfEachValue() {
        Query query = Query.nearest("v", of(11)).effort(Effort.exact()).groupBy("author", 3).k(6);
        SearchResult result = collection.search(query);
        assertEquals(6, result.groups().size());
        List<String> order = byCosine(of(11), Set.of(), RECORDS);
        List<Object> values = new ArrayList<>();
        for (String id : order) {
            Object author = records.get(Integer.parseInt(id.substring(1))).field("author");
            if (!values.contains(author)) {
                values.add(author);
            }
        }
        for (int g = 0; g < 6; g++) {
            SearchResult.Group group = result.groups().get(g);
            assertEquals(values.get(g), group.value());
            List<String> expected = order.stream()
                    .filter(id -> java.util.Objects.equals(records.get(Integer.parseInt(id.substring(1))).field("author"),
                            group.value()))
                    .limit(3).toList();
            assertEquals(expected.getFirst(), group.hits().getFirst().id());
            assertTrue(group.hits().size() <= 3);
            assertEquals(expected.subList(0, group.hits().size()), group.hits().stream().map(Hit::id).toList());
        }
        assertEquals(result.hits().size(), result.groups().stream().mapToInt(g -> g.hits().size()).sum());
        assertThrows(InvalidQueryException.class, () -> collection.search(query.groupBy("tags", 1)));
        assertTrue(assertThrows(InvalidQueryException.class, () -> collection.search(query.groupBy("autor", 1))).getMessage()
                .contains("author"));
    }

    @Test
    void diversityAvoidsWhatIsThereAlready() {
        collection.upsert(Record.builder("twin").vector("v", of(20)).build(),
                Record.builder("twin2").vector("v", of(20)).build());
        Query query = Query.nearest("v", of(20)).effort(Effort.exact()).k(5);
        assertEquals(Set.of("r20", "twin", "twin2"), new HashSet<>(collection.search(query.k(3)).ids()));
        List<String> diverse = collection.search(query.diversify("v", 0.2)).ids();
        assertEquals("r20", diverse.getFirst());
        assertFalse(diverse.contains("twin") || diverse.contains("twin2"), diverse.toString());
        assertEquals(collection.search(query).ids(), collection.search(query.diversify("v", 1)).ids());
    }

    @Test
    void boostsAddWhatTheySay() {
        Query query = Query.nearest("v", of(30)).effort(Effort.exact()).candidates(RECORDS).k(10);
        Map<String, Float> plain = new java.util.HashMap<>();
        collection.search(query.k(RECORDS)).forEach(h -> plain.put(h.id(), h.score()));
        SearchResult boosted = collection.search(query.boost(Boost.value("stars", 0.01),
                Boost.recency("created", NOW, Duration.ofDays(10), 0.5), Boost.matching(Filter.contains("tags", "x"), 0.25)));
        for (Hit hit : boosted) {
            Record record = records.get(Integer.parseInt(hit.id().substring(1)));
            double expected = plain.get(hit.id());
            if (record.field("stars") instanceof Integer stars) {
                expected += 0.01 * stars + 0.5 * Math.pow(0.5, Integer.parseInt(hit.id().substring(1)) / 10.0)
                        + (((List<?>) record.field("tags")).contains("x") ? 0.25 : 0);
            }
            assertEquals(expected, hit.score(), 1e-4, hit.id());
        }
        for (int i = 1; i < boosted.hits().size(); i++) {
            assertTrue(boosted.hits().get(i - 1).score() >= boosted.hits().get(i).score());
        }
        assertThrows(InvalidQueryException.class, () -> collection.search(query.boost(Boost.value("author", 1))));
        assertThrows(InvalidFilterException.class, () -> collection.search(query.boost(Boost.matching(Filter.eq("no", 1), 1))));
    }

    @Test
    void aRerankerSeesTheCandidatesAndHasTheLastWord() {
        Query query = Query.text("body", "wind").fields("stars").k(7);
        List<Integer> shown = new ArrayList<>();
        SearchResult result = collection.search(query.rerank(candidates -> {
            shown.add(candidates.size());
            float[] scores = new float[candidates.size()];
            for (int i = 0; i < scores.length; i++) {
                Object stars = candidates.get(i).fields().get("stars");
                scores[i] = stars instanceof Integer n ? n : -1;
            }
            return scores;
        }, 50));
        assertEquals(List.of(50), shown);
        assertEquals(7, result.hits().size());
        for (int i = 1; i < 7; i++) {
            assertTrue(result.hits().get(i - 1).score() >= result.hits().get(i).score());
        }
        assertEquals(8f, result.hits().getFirst().score()); // every fourth record has the word: even numbers of stars
        assertThrows(InvalidQueryException.class, () -> collection.search(query.rerank(_ -> new float[1], 50)));
        assertThrows(InvalidQueryException.class, () -> collection.search(query.rerank(c -> {
            float[] scores = new float[c.size()];
            scores[0] = Float.NaN;
            return scores;
        }, 50)));
        IllegalStateException own = new IllegalStateException("the model is gone");
        assertEquals(own, assertThrows(IllegalStateException.class, () -> collection.search(query.rerank(_ -> {
            throw own;
        }, 50))));
        assertEquals(1, collection.search(query.k(1)).hits().size()); // and the collection works on
    }

    @Test
    void facetsCountTheCandidates() {
        SearchResult result = collection
                .search(Query.nearest("v", of(1)).effort(Effort.exact()).candidates(RECORDS).facet("tags", 5).facet("author", 3));
        Facet tags = result.facets().getFirst();
        assertEquals(RECORDS, tags.counted());
        assertEquals(12, tags.missing());
        assertEquals(List.of(new Facet.Count("y", RECORDS - 12), new Facet.Count("x", RECORDS / 2)), tags.values());
        assertEquals(3, result.facets().get(1).values().size());
        assertEquals(10, result.hits().size());
        assertThrows(InvalidQueryException.class, () -> collection.search(Query.nearest("v", of(1)).facet("body", 3)));
    }

    @Test
    void aWeightedSumAddsNormalisedScores() {
        Query query = Query.of(Clause.nearest("v", of(40)).weight(3), Clause.text("body", "wind rain"))
                .fusion(Fusion.weightedSum())
                .effort(Effort.exact()).candidates(50).k(80);
        SearchResult result = collection.search(query);
        assertEquals(1, result.hits().stream().mapToDouble(h -> contribution(h, 0)).max().orElseThrow() / 0.75, 1e-6);
        for (Hit hit : result) {
            assertEquals(contribution(hit, 0) + contribution(hit, 1), hit.score(), 1e-6);
            assertTrue(hit.score() >= 0 && hit.score() <= 1);
        }
        Hit rrf = collection.search(Query.hybrid("v", of(40), "body", "wind").fusion(Fusion.rrf(10)).k(1)).hits().getFirst();
        assertEquals(rrf.parts().stream().mapToDouble(p -> 1.0 / (10 + p.rank())).sum(), rrf.score(), 1e-6);
    }

    private static double contribution(Hit hit, int clause) {
        return hit.parts().stream().filter(p -> p.clause() == clause).mapToDouble(Hit.Part::contribution).sum();
    }

    @Test
    void severalVectorFieldsAreFusedAndTextIsEmbeddedByTheCaller() {
        Query query = Query.of(Clause.nearest("v", of(3)), Clause.nearest("w", new float[]{3, 0})).effort(Effort.exact());
        Hit best = collection.search(query).hits().getFirst();
        assertEquals("r3", best.id());
        assertEquals(2f / 61, best.score(), 1e-6);
        TextEmbedder embedder = text -> of(Integer.parseInt(text));
        assertEquals("r12", collection.search(Query.nearest("v", "12", embedder)).ids().getFirst());
        assertEquals("r12", collection.search(Query.hybrid("v", "body", "12", embedder)).ids().getFirst());
    }

    @Test
    void limitsEndAQueryWithTheirReason() {
        Query query = Query.nearest("v", of(1)).effort(Effort.exact());
        QueryStoppedException late = assertThrows(QueryStoppedException.class,
                () -> collection.search(query.timeout(Duration.ofNanos(1))));
        assertEquals(QueryStoppedException.Reason.TIMEOUT, late.reason());
        Cancellation cancellation = new Cancellation();
        Query cancelled = query.limits(QueryLimits.NONE.withCancellation(cancellation));
        assertEquals(10, collection.search(cancelled).hits().size());
        cancellation.cancel();
        assertEquals(QueryStoppedException.Reason.CANCELLED,
                assertThrows(QueryStoppedException.class, () -> collection.search(cancelled)).reason());
        Query hungry = query.k(1000).allFields().withVectors().limits(QueryLimits.NONE.withMaxBytes(50_000));
        assertEquals(QueryStoppedException.Reason.MEMORY,
                assertThrows(QueryStoppedException.class, () -> collection.search(hungry)).reason());
        assertEquals(10, collection.search(query.timeout(Duration.ofMinutes(5))).hits().size());
        assertThrows(InvalidQueryException.class, () -> QueryLimits.NONE.withThreads(0));
    }

    @Test
    void threadsAndBatchesGiveTheSameAnswers() {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            queries.add(Query.nearest("v", of(i * 7)).effort(i % 3 == 0 ? Effort.auto() : Effort.exact()).k(10 + i % 2)
                    .filter(i % 4 == 0 ? Filter.eq("stars", 3) : Filter.all()));
        }
        queries.add(Query.text("body", "rain"));
        List<SearchResult> batch = collection.search(queries);
        for (int i = 0; i < queries.size(); i++) {
            SearchResult alone = collection.search(queries.get(i));
            assertEquals(alone.hits(), batch.get(i).hits(), "query " + i);
            assertEquals(alone.hits(),
                    collection.search(queries.get(i).limits(QueryLimits.NONE.withThreads(4))).hits(), "query " + i);
        }
        assertEquals(List.of(), collection.search(List.<Query>of()));
    }

    @Test
    void aRecallCanBeAskedForAndIsWatched() throws InterruptedException {
        collection.optimize(); // one segment of enough records to have measured itself
        Query query = Query.nearest("v", of(1)).recall(0.9);
        List<RecallEstimate> known = List.of();
        for (int i = 0; i < 3000 && known.isEmpty(); i++) {
            assertEquals(10, collection.search(query).hits().size());
            Thread.sleep(5); // the comparison is made by another thread
            known = i % 10 == 0 ? collection.stats().recall() : known;
        }
        RecallEstimate estimate = known.getFirst();
        assertEquals("v", estimate.field());
        assertEquals(Effort.recall(0.9), estimate.effort());
        assertTrue(estimate.low() <= estimate.recall() && estimate.recall() <= estimate.high(), estimate.toString());
        assertThrows(InvalidQueryException.class, () -> Effort.recall(1));
        assertThrows(InvalidQueryException.class, () -> Effort.recall(0));
    }
}
