package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sparse vectors and late interaction, against plain arithmetic.
class WideQueriesTest {
    private static final int RECORDS = 400;
    private static final Schema SCHEMA = Schema.builder().vector("v", 3, Metric.SQUARED_L2).add(new SparseVectorField("s"))
            .add(new MultiVectorField("m", 3, Metric.COSINE)).integer("n").build();

    @TempDir Path folder;
    private Database database;
    private Collection collection;
    private final List<Record> records = new ArrayList<>();

    @BeforeEach
    void write() {
        database = Kith.open(folder, Options.defaults().withDurability(Durability.osBuffered()));
        collection = database.createCollection("c", SCHEMA);
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < RECORDS; i++) {
            Record.Builder record = Record.builder("r" + i).vector("v", vector(random)).field("n", i);
            if (i % 5 != 0) {
                record.field("s", sparse(random, 6));
            }
            if (i % 7 != 0) {
                List<float[]> vectors = new ArrayList<>();
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    vectors.add(vector(random));
                }
                record.field("m", MultiVector.of(vectors));
            }
            records.add(record.build());
        }
        collection.upsert(records.subList(0, 200));
        collection.flush();
        collection.upsert(records.subList(200, 300));
        collection.flush();
        collection.upsert(records.subList(300, RECORDS));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static float[] vector(SplittableRandom random) {
        return new float[]{(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()};
    }

    private static SparseVector sparse(SplittableRandom random, int size) {
        Map<Integer, Float> weights = new HashMap<>();
        while (weights.size() < size) {
            weights.put(random.nextInt(40) * 1000, (float) (random.nextInt(5) - 1) + 0.5f);
        }
        return SparseVector.of(weights);
    }

    private List<String> expected(Function<Record, Double> score, int k) {
        return records.stream().filter(r -> score.apply(r) != null)
                .sorted(Comparator.comparingDouble((Record r) -> -score.apply(r)).thenComparing(Record::id)).limit(k)
                .map(Record::id).toList();
    }

    private static Double dot(SparseVector query, Record record) {
        if (!(record.field("s") instanceof SparseVector other)) {
            return null;
        }
        Map<Integer, Float> weights = new HashMap<>();
        for (int i = 0; i < other.size(); i++) {
            weights.put(other.index(i), other.weight(i));
        }
        boolean shares = false;
        double sum = 0;
        for (int i = 0; i < query.size(); i++) {
            if (weights.containsKey(query.index(i))) {
                shares = true;
                sum += query.weight(i) * weights.get(query.index(i));
            }
        }
        return shares ? sum : null;
    }

    @Test
    void sparseVectorsAreRankedByInnerProductTiesById() {
        SplittableRandom random = new SplittableRandom(2);
        for (int q = 0; q < 20; q++) {
            SparseVector query = sparse(random, 4);
            for (int k : new int[]{1, 10, 150, 400}) {
                SearchResult result = collection.search(Query.of(Clause.sparse("s", query)).k(k));
                assertEquals(expected(r -> dot(query, r), k), result.ids(), "query " + q + ", k " + k);
            }
        }
        SparseVector query = sparse(random, 4);
        assertEquals(expected(r -> (Integer) r.field("n") < 50 ? dot(query, r) : null, 20),
                collection.search(Query.of(Clause.sparse("s", query)).filter(Filter.lt("n", 50)).k(20)).ids());
        assertThrows(InvalidQueryException.class, () -> collection.search(Query.of(Clause.sparse("v", query))));
    }

    private static Double maxSim(float[][] query, Record record) {
        if (!(record.field("m") instanceof MultiVector other)) {
            return null;
        }
        double sum = 0;
        for (float[] q : query) {
            double most = -2;
            for (int v = 0; v < other.count(); v++) {
                float[] x = other.vector(v);
                double dot = 0;
                double qq = 0;
                double xx = 0;
                for (int i = 0; i < 3; i++) {
                    dot += (double) q[i] * x[i];
                    qq += (double) q[i] * q[i];
                    xx += (double) x[i] * x[i];
                }
                most = Math.max(most, dot / Math.sqrt(qq * xx));
            }
            sum += most;
        }
        return sum;
    }

    @Test
    void lateInteractionScoresEveryRecordOrTheCandidates() {
        SplittableRandom random = new SplittableRandom(4);
        for (int q = 0; q < 10; q++) {
            float[][] query = {vector(random), vector(random), vector(random)};
            MultiVector multi = MultiVector.of(List.of(query));
            SearchResult all = collection.search(Query.of(Clause.maxSim("m", multi)).k(30));
            assertEquals(expected(r -> maxSim(query, r), 30), all.ids());
            Hit best = all.hits().getFirst();
            assertEquals(maxSim(query, records.get(Integer.parseInt(best.id().substring(1)))), best.score(), 1e-5);
            Clause nearest = Clause.nearest("v", query[0]);
            List<String> candidates = collection.search(Query.of(nearest).effort(Effort.exact()).k(60)).ids();
            assertEquals(expected(r -> candidates.contains(r.id()) ? maxSim(query, r) : null, 10),
                    collection.search(Query.of(Clause.maxSim("m", multi, nearest, 60)).effort(Effort.exact()).k(10)).ids());
        }
        MultiVector multi = MultiVector.of(2, new float[]{1, 2});
        assertThrows(InvalidQueryException.class, () -> collection.search(Query.of(Clause.maxSim("m", multi))));
    }

    @Test
    void wideClausesAreFusedAndExplained() {
        SparseVector sparse = SparseVector.of(new int[]{0, 1000, 2000}, new float[]{1, 1, 1});
        Query query = Query.of(Clause.nearest("v", new float[3]), Clause.sparse("s", sparse),
                Clause.maxSim("m", MultiVector.of(3, new float[]{1, 0, 0})));
        Explanation explained = collection.explain(query);
        assertEquals(10, explained.result().hits().size());
        assertEquals(List.of("nearest", "sparse", "maxsim"),
                explained.clauses().stream().map(Explanation.ClausePlan::kind).toList());
        assertTrue(explained.clauses().get(1).parts().getFirst().why().contains("indices"));
        assertEquals(WhyNot.Reason.NOT_COMPARABLE, collection.whyNot(Query.of(Clause.sparse("s", sparse)), "r0").reason());
    }
}
