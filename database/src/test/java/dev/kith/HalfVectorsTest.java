package dev.kith;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Vectors that are kept in two bytes a component: the same numbers and scores in recent writes, segments, the log and answers.
class HalfVectorsTest {
    private static final int DIMENSION = 128;
    private static final int RECORDS = 1500;
    private static final Options OPTIONS = Options.defaults().withGraphRecords(500);

    private static Schema schema(VectorEncoding encoding, Metric metric, IndexSpec index) {
        return Schema.builder().add(VectorField.of("v", DIMENSION, metric).withEncoding(encoding).withIndex(index)).integer("n")
                .build();
    }

    private static List<Record> records(int from, int to) {
        SplittableRandom random = new SplittableRandom(from);
        List<Record> records = new ArrayList<>();
        for (int r = from; r < to; r++) {
            records.add(Record.builder("r" + r).vector("v", Clusters.vector(DIMENSION, random)).field("n", r % 10).build());
        }
        return records;
    }

    private static float[] nearest(VectorEncoding encoding, float[] vector) {
        float[] nearest = vector.clone();
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = VectorBytes.nearest(encoding, nearest[i]);
        }
        return nearest;
    }

    private static List<Query> queries() {
        SplittableRandom random = new SplittableRandom(77);
        return Stream.generate(() -> Query.nearest("v", Clusters.vector(DIMENSION, random)).k(10)).limit(20).toList();
    }

    private static List<List<Hit>> exact(Collection collection) {
        return queries().stream().map(q -> collection.search(q.effort(Effort.exact())).hits()).toList();
    }

    private static Stream<Arguments> kinds() {
        List<IndexSpec> indexes = List.of(IndexSpec.flat(), IndexSpec.hnsw(), IndexSpec.hnsw().compact(),
                IndexSpec.hnsw().withRows(IndexSpec.Hnsw.Rows.LINKS), IndexSpec.ivfPq(),
                IndexSpec.auto(1L << 30, IndexSpec.Auto.Filters.BROAD));
        return Stream.of(VectorEncoding.BFLOAT16, VectorEncoding.FLOAT16)
                .flatMap(e -> indexes.stream()
                        .map(i -> Arguments.of(e, e == VectorEncoding.FLOAT16 ? Metric.COSINE : Metric.SQUARED_L2, i)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyIndexKeepsAndFindsThem(VectorEncoding encoding, Metric metric, IndexSpec index, @TempDir Path folder) {
        List<Record> records = records(0, RECORDS);
        List<List<Hit>> recent;
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.createCollection("c", schema(encoding, metric, index));
            collection.upsert(records);
            recent = exact(collection);
            collection.optimize();
            assertEquals(recent, exact(collection), "scores of recent writes and of segments are the same bits");
            assertEquals(exact(collection), collection.search(queries().stream().map(q -> q.effort(Effort.exact())).toList())
                    .stream().map(SearchResult::hits).toList(), "together and one by one");
        }
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.collection("c");
            VectorField field = (VectorField) Objects.requireNonNull(collection.schema().field("v"));
            assertEquals(encoding, field.encoding());
            assertEquals(recent, exact(collection));
            for (Record record : records) {
                float[] given = Objects.requireNonNull(record.vector("v"));
                assertArrayEquals(nearest(encoding, given), Objects.requireNonNull(collection.get(record.id())).vector("v"));
            }
            int hits = 0;
            for (int q = 0; q < recent.size(); q++) {
                List<Hit> found = collection.search(queries().get(q).effort(Effort.efSearch(150))).hits();
                for (Hit hit : found) {
                    hits += recent.get(q).contains(hit) ? 1 : 0; // the score too, to the bit
                }
            }
            assertTrue(hits >= 190, index + ": found " + hits + " of 200");
            Query filtered = queries().getFirst().filter(Filter.eq("n", 3));
            assertEquals(collection.search(filtered.effort(Effort.exact())).ids(), collection.search(filtered).ids());
            assertTrue(collection.verify().ok());
        }
    }

    /// The log alone holds what is acknowledged when a process is killed.
    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void theLogHoldsThem(VectorEncoding encoding, @TempDir Path folder) throws IOException {
        Path copy;
        List<List<Hit>> before;
        try (Database database = Kith.open(folder.resolve("db"), OPTIONS)) {
            Collection collection = database.createCollection("c", schema(encoding, Metric.COSINE, IndexSpec.hnsw()));
            collection.upsert(records(0, 50));
            collection.update(Update.of("r7").vector("v", nearest(encoding, records(90, 91).getFirst().vector("v"))));
            collection.delete("r8");
            before = exact(collection);
            copy = Folders.copy(folder.resolve("db"), folder.resolve("as-killed"));
        }
        try (Database database = Kith.open(copy, OPTIONS)) {
            Collection collection = database.collection("c");
            assertEquals(3, collection.stats().recovery().operations(), "a batch, an update and a deletion");
            assertEquals(before, exact(collection));
        }
    }

    @Test
    void theyTakeHalfTheBytes(@TempDir Path folder) throws IOException {
        long[] bytes = new long[2];
        for (VectorEncoding encoding : new VectorEncoding[]{VectorEncoding.FLOAT32, VectorEncoding.FLOAT16}) {
            Path place = folder.resolve(encoding.name());
            try (Database database = Kith.open(place, OPTIONS)) {
                Collection collection = database.createCollection("c", schema(encoding, Metric.COSINE, IndexSpec.flat()));
                collection.upsert(records(0, RECORDS));
                collection.optimize();
            }
            for (Path file : Folders.files(place, ".kvec")) {
                bytes[encoding == VectorEncoding.FLOAT32 ? 0 : 1] += Files.size(file);
            }
        }
        assertTrue(bytes[0] > 4L * DIMENSION * RECORDS && bytes[1] < 0.53 * bytes[0], bytes[1] + " of " + bytes[0]);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItIsLogged(@TempDir Path folder) {
        try (Database database = Kith.open(folder, OPTIONS)) {
            Schema schema = Schema.builder()
                    .add(VectorField.of("l2", 2, Metric.SQUARED_L2).withEncoding(VectorEncoding.FLOAT16).asOptional())
                    .add(VectorField.of("cos", 2, Metric.COSINE).withEncoding(VectorEncoding.FLOAT16).asOptional())
                    .add(VectorField.of("wide", 2, Metric.COSINE).withEncoding(VectorEncoding.BFLOAT16).asOptional()).build();
            Collection collection = database.createCollection("c", schema);
            refused(collection, "l2", new float[]{1, 65_520}, "65504", "65520.0 at index 1");
            refused(collection, "cos", new float[]{1e-9f, 0}, "direction", "once kept as FLOAT16");
            refused(collection, "cos", new float[]{0, 0}, "direction", "zero");
            refused(collection, "l2", new float[]{1, Float.NaN}, "finite", "NaN");
            refused(collection, "l2", new float[]{1, 2, 3}, "float16 vector of dimension 2", "dimension 3");
            InvalidRecordException bytes = assertThrows(InvalidRecordException.class,
                    () -> collection.upsert(Record.builder("x").vector("l2", new byte[]{1, 2}).build()));
            assertTrue(String.valueOf(bytes.getMessage()).contains("float16 vector"), bytes.getMessage());
            collection
                    .upsert(Record.builder("a").vector("l2", new float[]{65_519, 1e-9f}).vector("wide", new float[]{1e-9f, 1e9f})
                            .build());
            assertArrayEquals(new float[]{65_504, 0}, Objects.requireNonNull(collection.get("a")).vector("l2"));
            assertEquals(1, collection.count());
            assertThrows(InvalidQueryException.class, () -> collection.search(Query.nearest("l2", new byte[]{1, 2})));
            assertEquals(List.of("a"), collection.search(Query.nearest("l2", new float[]{1e6f, 3})).ids(),
                    "queries are not rounded");
        }
    }

    private static void refused(Collection collection, String field, float[] vector, String expected, String found) {
        InvalidRecordException e = assertThrows(InvalidRecordException.class,
                () -> collection.upsert(Record.builder("x").vector(field, vector).build()));
        assertEquals(field, e.field());
        assertTrue(e.expected().contains(expected) && e.found().contains(found), e.getMessage());
        assertEquals(0, collection.count());
    }

    @Test
    void roundedCopiesOfThemAreRefused() {
        for (VectorEncoding encoding : new VectorEncoding[]{VectorEncoding.FLOAT16, VectorEncoding.BFLOAT16,
                VectorEncoding.INT8}) {
            InvalidSchemaException e = assertThrows(InvalidSchemaException.class, () -> VectorField.of("v", 8, Metric.COSINE)
                    .withIndex(IndexSpec.ivfPq().withRerank(IndexSpec.IvfPq.Rerank.INT8)).withEncoding(encoding));
            assertTrue(String.valueOf(e.getMessage()).contains(encoding.name().toLowerCase(java.util.Locale.ROOT)),
                    e.getMessage());
        }
    }
}
