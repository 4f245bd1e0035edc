package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inverted lists behind the face: built by a merge, remembered by the catalog, judged by the exact scan.
class ListIndexTest {
    private static final int DIMENSION = 24;
    private static final int RECORDS = 1500;

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        int cluster = random.nextInt(12);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (Math.sin(cluster * 7 + i) + 0.4 * random.nextGaussian());
        }
        return vector;
    }

    @Test
    void listsOfEveryCodeFindWhatTheExactScanFinds(@TempDir Path folder) {
        for (Codes codes : Codes.values()) {
            Path place = folder.resolve(codes.name());
            IndexSpec lists = IndexSpec.ivfPq(20, codes);
            Schema schema = Schema.builder().add(VectorField.of("v", DIMENSION, Metric.COSINE).withIndex(lists)).build();
            try (Database database = Kith.open(place, Options.defaults().withGraphRecords(100))) {
                Collection collection = database.createCollection("c", schema);
                SplittableRandom random = new SplittableRandom(1);
                List<Record> records = new ArrayList<>();
                for (int r = 0; r < RECORDS; r++) {
                    records.add(Record.builder("r" + r).vector("v", vector(random)).build());
                }
                collection.upsert(records);
                collection.optimize();
                judge(collection);
            }
            try (Database database = Kith.open(place)) {
                Collection collection = database.collection("c");
                assertEquals(lists, ((VectorField) collection.schema().field("v")).index());
                judge(collection);
            }
        }
    }

    private static void judge(Collection collection) {
        SplittableRandom random = new SplittableRandom(2);
        int hits = 0;
        int hasty = 0;
        for (int q = 0; q < 20; q++) {
            Query query = Query.nearest("v", vector(random)).k(10);
            List<String> exact = collection.search(query.effort(Effort.exact())).ids();
            List<String> found = collection.search(query.effort(Effort.lists(10, 200))).ids();
            assertEquals(10, new HashSet<>(found).size());
            List<String> one = collection.search(query.effort(Effort.lists(1, 10))).ids();
            hasty += (int) one.stream().filter(exact::contains).count();
            hits += (int) found.stream().filter(exact::contains).count();
        }
        assertTrue(hits > 185, "found " + hits + " of 200");
        assertTrue(hasty < hits, "one list is as good as ten: there are no lists");
    }

    @Test
    void impossibleListsAreRefused() {
        assertThrows(InvalidSchemaException.class, () -> IndexSpec.ivfPq(-1, Codes.SIGN));
        assertThrows(InvalidSchemaException.class,
                () -> VectorField.of("v", 5000, Metric.SQUARED_L2).withIndex(IndexSpec.ivfPq()));
        assertThrows(InvalidQueryException.class, () -> Effort.lists(0, 1));
        assertThrows(InvalidQueryException.class, () -> Effort.lists(1, 0));
    }
}
