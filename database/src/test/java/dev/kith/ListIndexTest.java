package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.IndexSpec.IvfPq.Rerank;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inverted lists behind the face: built by a merge, remembered by the catalog, judged by the exact scan.
class ListIndexTest {
    private static final int DIMENSION = 24;
    private static final int RECORDS = 1500;

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
                    records.add(Record.builder("r" + r).vector("v", Clusters.vector(DIMENSION, random)).build());
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

    @Test
    void roundedCopiesRankButDoNotAnswer(@TempDir Path folder) throws IOException {
        long[] bytes = new long[Rerank.values().length];
        for (Rerank rerank : Rerank.values()) {
            Path place = folder.resolve(rerank.name());
            IndexSpec lists = IndexSpec.ivfPq(20, Codes.SIGN).withRerank(rerank);
            Schema schema = Schema.builder().add(VectorField.of("v", DIMENSION, Metric.COSINE).withIndex(lists)).build();
            SplittableRandom random = new SplittableRandom(1);
            try (Database database = Kith.open(place, Options.defaults().withGraphRecords(100))) {
                Collection collection = database.createCollection("c", schema);
                for (int half = 0; half < 2; half++) { // the second merges what the first has built
                    List<Record> records = new ArrayList<>();
                    for (int r = 0; r < RECORDS / 2; r++) {
                        records.add(Record.builder("r" + half + "-" + r).vector("v", Clusters.vector(DIMENSION, random)).build());
                    }
                    collection.upsert(records);
                    collection.optimize();
                }
                judge(collection);
            }
            try (Database database = Kith.open(place)) {
                Collection collection = database.collection("c");
                assertEquals(lists, ((VectorField) collection.schema().field("v")).index());
                judge(collection);
                bytes[rerank.ordinal()] = largestIndexFile(place);
                scoresAreExact(collection, rerank);
                assertEquals(List.of(), collection.verify().problems());
            }
        }
        // 24 components are padded to 32
        assertEquals(RECORDS * 2 * 32, bytes[Rerank.BFLOAT16.ordinal()] - bytes[0], 4096.0);
        assertEquals(RECORDS * (32 + 8), bytes[Rerank.INT8.ordinal()] - bytes[0], 4096.0);
    }

    private static long largestIndexFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".kvix")).mapToLong(f -> f.toFile().length()).max().orElseThrow();
        }
    }

    private static void scoresAreExact(Collection collection, Rerank rerank) {
        SplittableRandom random = new SplittableRandom(3);
        Query query = Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10);
        List<Hit> exact = collection.search(query.effort(Effort.exact())).hits();
        for (Hit hit : collection.search(query.effort(Effort.lists(20, 200))).hits()) {
            int place = exact.stream().map(Hit::id).toList().indexOf(hit.id());
            assertTrue(place < 0 || exact.get(place).score() == hit.score(), rerank + ": a rounded score");
        }
        Explanation.PartPlan part = collection.explain(query.effort(Effort.lists(5, 100))).clauses().getFirst().parts()
                .getFirst();
        assertEquals(Explanation.Strategy.LISTS, part.strategy());
        assertEquals(rerank == Rerank.BFLOAT16, part.why().contains("two bytes a component"), part.why());
        assertEquals(rerank == Rerank.INT8, part.why().contains("one byte a component"), part.why());
        // an eleventh is asked for, which tells whether the cut fell between equals
        assertTrue(rerank == Rerank.VECTORS || part.distances() <= 16, "vectors read: " + part.distances());
    }

    private static void judge(Collection collection) {
        SplittableRandom random = new SplittableRandom(2);
        int hits = 0;
        int hasty = 0;
        for (int q = 0; q < 20; q++) {
            Query query = Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10);
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
    void anIndexIsChosenBySizeMemoryAndFiltersAndSaysWhy() {
        VectorField field = VectorField.of("v", 384, Metric.COSINE);
        IndexSpec.Auto plenty = (IndexSpec.Auto) IndexSpec.auto();
        assertEquals(IndexSpec.flat(), plenty.choose(9_999, field, 10_000).index());
        assertEquals(IndexSpec.hnsw(), plenty.choose(10_000, field, 10_000).index());
        assertEquals(IndexSpec.hnsw(), plenty.choose(100_000_000, field, 10_000).index());
        IndexSpec.Auto tight = (IndexSpec.Auto) IndexSpec.auto(200L << 20, IndexSpec.Auto.Filters.BROAD);
        assertEquals(IndexSpec.hnsw(), tight.choose(50_000, field, 10_000).index());
        IndexChoice lists = tight.choose(1_000_000, field, 10_000);
        assertEquals(IndexSpec.ivfPq(), lists.index());
        assertEquals(64_000_000, lists.memoryBytes());
        assertTrue(lists.why().contains("1,000,000 records") && lists.why().contains("209.7 MB"), lists.why());
        IndexChoice tooWide = tight.choose(1_000_000, VectorField.of("v", 8192, Metric.COSINE), 10_000);
        assertEquals(IndexSpec.hnsw().compact(), tooWide.index());
        IndexChoice compact = tight.choose(500_000, field, 10_000);
        assertEquals(IndexSpec.hnsw().compact(), compact.index());
        assertEquals(168_000_000, compact.memoryBytes());
        assertTrue(compact.why().contains("168.0 MB"), compact.why());
        assertTrue(tooWide.why().contains("4096 dimensions"), tooWide.why());
        IndexSpec.Auto filtered = (IndexSpec.Auto) IndexSpec.auto(Long.MAX_VALUE, IndexSpec.Auto.Filters.SELECTIVE);
        assertEquals(IndexSpec.ivfPq(), filtered.choose(20_000, field, 10_000).index());
        assertEquals(IndexSpec.hnsw(), filtered.choose(19_999, field, 10_000).index());
    }

    @Test
    void aCollectionThatOutgrowsItsMemoryChangesOverToLists(@TempDir Path folder) {
        // 24 components: 1.3 MB for a graph over 5,000 records, 5.3 MB over 20,500
        IndexSpec auto = IndexSpec.auto(3L << 20, IndexSpec.Auto.Filters.BROAD);
        Schema schema = Schema.builder().add(VectorField.of("v", DIMENSION, Metric.COSINE).withIndex(auto)).build();
        try (Database database = Kith.open(folder, Options.defaults().withGraphRecords(1000))) {
            Collection collection = database.createCollection("c", schema);
            SplittableRandom random = new SplittableRandom(1);
            for (int size : new int[]{5_000, 20_500}) {
                List<Record> records = new ArrayList<>();
                for (int r = (int) collection.count(); r < size; r++) {
                    records.add(Record.builder("r" + r).vector("v", Clusters.vector(DIMENSION, random)).build());
                }
                collection.upsert(records);
                collection.optimize();
                int hits = 0;
                for (int q = 0; q < 20; q++) {
                    Query query = Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10);
                    List<String> exact = collection.search(query.effort(Effort.exact())).ids();
                    List<String> one = collection.search(query.effort(Effort.lists(1, 10))).ids();
                    hits += (int) one.stream().filter(exact::contains).count();
                }
                // one list holds few of the ten; a graph takes no notice of how many lists are asked for
                Query query = Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10);
                String why = collection.explain(query).clauses().getFirst().parts().getFirst().why();
                assertTrue(why.contains("3.1 MB are allowed") && why.contains(size > 20_000
                        ? "inverted lists: a graph over 20,500 records would need about"
                        : "a graph: the quickest search where filters are said to keep many records"), why);
                assertEquals(size > 20_000, hits < 150, size + " records: " + hits + " of 200 found");
            }
        }
        try (Database database = Kith.open(folder)) {
            assertEquals(auto, ((VectorField) database.collection("c").schema().field("v")).index());
        }
    }

    @Test
    void impossibleListsAreRefused() {
        assertThrows(InvalidSchemaException.class, () -> IndexSpec.ivfPq(-1, Codes.SIGN));
        assertThrows(InvalidSchemaException.class, () -> VectorField.of("v", 8, Metric.SQUARED_L2)
                .withEncoding(VectorEncoding.INT8).withIndex(IndexSpec.ivfPq().withRerank(Rerank.INT8)));
        assertThrows(InvalidSchemaException.class, () -> IndexSpec.auto(1000, IndexSpec.Auto.Filters.BROAD));
        assertThrows(InvalidSchemaException.class,
                () -> VectorField.of("v", 5000, Metric.SQUARED_L2).withIndex(IndexSpec.ivfPq()));
        assertThrows(InvalidQueryException.class, () -> Effort.lists(0, 1));
        assertThrows(InvalidQueryException.class, () -> Effort.lists(1, 0));
    }
}
