package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.kith.WhyNot.Reason;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Explanations tell what really happened, and every reason for a missing record is told apart.
class ExplainTest {
    private static final int RECORDS = 2000;
    private static final Schema SCHEMA = Schema.builder().vector("v", 24, Metric.SQUARED_L2)
            .add(VectorField.of("o", 2, Metric.SQUARED_L2).asOptional()).keyword("lang").integer("n").text("body").build();

    @TempDir Path folder;
    private Database database;
    private Collection collection;

    @BeforeEach
    void write() {
        database = Kith.open(folder, Options.defaults().withGraphRecords(500).withDurability(Durability.osBuffered()));
        collection = database.createCollection("c", SCHEMA);
        SplittableRandom random = new SplittableRandom(3);
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(record(random, i));
        }
        collection.upsert(records);
        collection.optimize();
        for (int i = 0; i < 30; i++) {
            collection.upsert(record(random, RECORDS + i));
        }
    }

    private static Record record(SplittableRandom random, int i) {
        float[] vector = new float[24];
        for (int c = 0; c < 24; c++) {
            vector[c] = (float) random.nextGaussian();
        }
        return Record.builder("r" + i).vector("v", vector).field("lang", i % 4 == 0 ? "de" : "en").field("n", i)
                .field("body", i % 2 == 0 ? "wind" : "rain").build();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anExplanationNamesSegmentsStrategiesAndCounts() throws IOException {
        Query query = Query.nearest("v", new float[24]).efSearch(40).k(10);
        Explanation walked = collection.explain(query);
        assertEquals(collection.search(query).hits(), walked.result().hits());
        assertEquals(1, walked.clauses().size());
        Explanation.ClausePlan clause = walked.clauses().getFirst();
        assertEquals("nearest", clause.kind());
        Explanation.PartPlan graph = clause.parts().getFirst();
        assertEquals(Explanation.Strategy.GRAPH, graph.strategy());
        assertEquals(40, graph.candidates());
        assertEquals(RECORDS, graph.records());
        assertTrue(graph.distances() > 10 && graph.distances() < RECORDS, graph.toString());
        Explanation.PartPlan recent = walked.part(0, "recent");
        if (collection.stats().recentRecords() == 30) { // unless a refresh came between
            assertNotNull(recent);
            assertEquals(30, recent.distances());
        }
        assertTrue(walked.toText().contains("graph") && walked.toText().contains("stage search"), walked.toText());
        parse(walked.toJson());

        Explanation filtered = collection.explain(query.filter(Filter.lt("n", 5)));
        assertEquals(5, filtered.filter().accepted());
        assertEquals(RECORDS + 30, filtered.filter().records());
        assertEquals(Explanation.Strategy.EXACT, filtered.clauses().getFirst().parts().getFirst().strategy());
        assertEquals(5, filtered.clauses().getFirst().parts().getFirst().distances());
        Explanation exact = collection.explain(query.effort(Effort.exact()));
        assertEquals(RECORDS, exact.clauses().getFirst().parts().getFirst().distances());
        assertTrue(exact.toText().contains("asks for an exact search"), exact.toText());
        Explanation hybrid = collection
                .explain(Query.hybrid("v", new float[24], "body", "wind \"\\").boost(Boost.value("n", 0.001)).facet("lang", 2));
        assertEquals(List.of("nearest", "text"), hybrid.clauses().stream().map(Explanation.ClausePlan::kind).toList());
        assertTrue(hybrid.stages().stream().anyMatch(s -> s.name().equals("boost")), hybrid.toText());
        parse(hybrid.toJson());
    }

    private static void parse(String json) throws IOException {
        int tokens = 0;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        assertTrue(tokens > 20, json);
    }

    private void assertReason(Reason expected, Query query, String id) {
        WhyNot why = collection.whyNot(query, id);
        assertEquals(expected, why.reason(), why::toText);
        assertEquals(expected == Reason.ANSWERED, collection.search(query).ids().contains(id));
        assertTrue(why.toText().contains(id));
    }

    @Test
    void everyReasonIsToldApart() throws IOException {
        Query query = Query.nearest("v", new float[24]).effort(Effort.exact()).k(10);
        List<String> order = collection.search(query.k(100)).ids();
        assertReason(Reason.ANSWERED, query, order.get(3));
        assertReason(Reason.OUTSIDE_WINDOW, query, order.get(50));
        assertReason(Reason.OUTSIDE_WINDOW, query.offset(5), order.get(3));
        assertReason(Reason.NEVER_THERE, query, "nobody");
        collection.delete(order.get(0));
        assertReason(Reason.DELETED, query, order.get(0));
        collection.flush();
        assertReason(Reason.DELETED, query, order.get(0));
        WhyNot filtered = collection.whyNot(query.filter(Filter.and(Filter.eq("lang", "fr"), Filter.ge("n", 0))), order.get(3));
        assertEquals(Reason.FILTERED, filtered.reason());
        assertEquals(1, filtered.failed().size());
        assertTrue(filtered.failed().getFirst().contains("fr"), filtered.failed().toString());
        parse(collection.whyNot(query, order.get(50)).toJson());
        float score = collection.search(query.k(20)).hits().get(9).score();
        assertReason(Reason.BELOW_MIN_SCORE, query.minScore(score), order.get(60));
        assertReason(Reason.NOT_COMPARABLE, Query.nearest("o", new float[2]), order.get(3));
        String windless = order.stream().skip(1).filter(id -> Integer.parseInt(id.substring(1)) % 2 == 1).findFirst()
                .orElseThrow();
        assertReason(Reason.NOT_COMPARABLE, Query.text("body", "wind"), windless);
        assertReason(Reason.EXAMPLE, Query.like("v", order.get(5)), order.get(5));
        WhyNot ranked = collection.whyNot(query, order.get(50));
        assertEquals(50, ranked.clauses().getFirst().rank()); // one better record was deleted
    }

    @Test
    void aRecordLostByTheGraphIsSaidToBeLostByTheGraph() {
        int lost = 0;
        SplittableRandom random = new SplittableRandom(9);
        for (int q = 0; q < 60; q++) {
            float[] vector = new float[24];
            for (int c = 0; c < 24; c++) {
                vector[c] = (float) random.nextGaussian();
            }
            Query query = Query.nearest("v", vector).efSearch(1).k(10);
            List<String> found = collection.search(query).ids();
            for (String id : collection.search(query.effort(Effort.exact())).ids()) {
                if (!found.contains(id)) {
                    lost++;
                    assertReason(Reason.LOST_BY_INDEX, query, id);
                }
            }
        }
        assertTrue(lost > 5, "a graph asked so little should lose some, lost " + lost);
    }
}
