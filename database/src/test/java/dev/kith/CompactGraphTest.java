package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Graphs with other rows than the quickest ones, behind the face: built by a merge, remembered by the catalog, smaller on disk,
/// named by explanations, judged by the exact scan.
class CompactGraphTest {
    private static final int DIMENSION = 128;
    private static final int RECORDS = 1500;
    private static final Options OPTIONS = Options.defaults().withGraphRecords(500).withDurability(Durability.osBuffered());

    @Test
    void everyKindOfRowsIsBuiltAndNamedAndFindsWhatTheExactScanFinds(@TempDir Path folder) {
        long[] bytes = new long[IndexSpec.Hnsw.Rows.values().length];
        for (IndexSpec.Hnsw.Rows rows : IndexSpec.Hnsw.Rows.values()) {
            Path place = folder.resolve(rows.name());
            IndexSpec.Hnsw index = IndexSpec.hnsw().withRows(rows);
            Schema schema = Schema.builder().add(VectorField.of("v", DIMENSION, Metric.COSINE).withIndex(index)).build();
            try (Database database = Kith.open(place, OPTIONS)) {
                Collection collection = database.createCollection("c", schema);
                SplittableRandom random = new SplittableRandom(1);
                List<Record> records = new ArrayList<>();
                for (int r = 0; r < RECORDS; r++) {
                    records.add(Record.builder("r" + r).vector("v", Clusters.vector(DIMENSION, random)).build());
                }
                collection.upsert(records);
                collection.optimize();
                judge(collection, rows);
            }
            try (Database database = Kith.open(place)) { // closing before has let go of the commit that optimize replaced
                Collection collection = database.collection("c");
                assertEquals(index, ((VectorField) collection.schema().field("v")).index());
                judge(collection, rows);
                bytes[rows.ordinal()] = collection.stats().indexBytes();
            }
        }
        long codedRow = 2 * 16 * (4 + 8 + DIMENSION / 8) + DIMENSION + 8;
        assertTrue(bytes[0] - bytes[1] > RECORDS * (codedRow - DIMENSION / 2 - 64L), bytes[0] + " against " + bytes[1]);
        assertTrue(bytes[1] > bytes[2], bytes[1] + " against " + bytes[2]);
    }

    private static void judge(Collection collection, IndexSpec.Hnsw.Rows rows) {
        SplittableRandom random = new SplittableRandom(2);
        int hits = 0;
        for (int q = 0; q < 20; q++) {
            Query query = Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10);
            List<Hit> exact = collection.search(query.effort(Effort.exact())).hits();
            List<Hit> found = collection.search(query.efSearch(100)).hits();
            for (Hit hit : found) {
                int place = exact.stream().map(Hit::id).toList().indexOf(hit.id());
                if (place >= 0) {
                    hits++;
                    assertEquals(exact.get(place).score(), hit.score(), 1e-6, "codes are no answer");
                }
            }
        }
        assertTrue(hits > 190, rows + ": found " + hits + " of 200");
        Explanation explanation = collection.explain(Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10).efSearch(20));
        Explanation.PartPlan part = explanation.clauses().getFirst().parts().getFirst();
        assertEquals(Explanation.Strategy.GRAPH, part.strategy());
        assertEquals(rows == IndexSpec.Hnsw.Rows.COMPACT, part.why().contains("compact"), part.why());
        assertEquals(rows == IndexSpec.Hnsw.Rows.LINKS, part.why().contains("links only"), part.why());
    }

    @Test
    void byteVectorsTakeCompactRowsToo(@TempDir Path folder) {
        Schema schema = Schema.builder().add(VectorField.of("v", DIMENSION, Metric.SQUARED_L2).withEncoding(VectorEncoding.INT8)
                .withIndex(IndexSpec.hnsw().compact())).build();
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.createCollection("c", schema);
            SplittableRandom random = new SplittableRandom(1);
            List<Record> records = new ArrayList<>();
            for (int r = 0; r < RECORDS; r++) {
                records.add(Record.builder("r" + r).vector("v", bytes(Clusters.vector(DIMENSION, random))).build());
            }
            collection.upsert(records);
            collection.optimize();
            int hits = 0;
            for (int q = 0; q < 20; q++) {
                Query query = Query.nearest("v", bytes(Clusters.vector(DIMENSION, random))).k(10);
                List<String> exact = collection.search(query.effort(Effort.exact())).ids();
                hits += (int) collection.search(query.efSearch(100)).ids().stream().filter(exact::contains).count();
            }
            assertTrue(hits > 190, "found " + hits + " of 200");
        }
    }

    private static byte[] bytes(float[] vector) {
        byte[] bytes = new byte[vector.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.clamp(Math.round(vector[i] * 40), -127, 127);
        }
        return bytes;
    }
}
