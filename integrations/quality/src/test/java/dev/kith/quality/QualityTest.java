package dev.kith.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.InvalidQueryException;
import dev.kith.Kith;
import dev.kith.Observation;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A planted fault is not found, a healthy set is accused, or a drift alarm sounds for nothing.
class QualityTest {
    private static final int DIMENSION = 24;
    @TempDir Path folder;

    private static float[] gauss(Random random, double shift) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (random.nextGaussian() + (i < 4 ? shift : 0));
        }
        return vector;
    }

    private static Stream<float[]> many(long seed, int count, double shift) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToObj(_ -> gauss(random, shift));
    }

    private static Collection collection(Database database) {
        return database.createCollection("things", Schema.builder().vector("v", DIMENSION, Metric.SQUARED_L2).build());
    }

    private static void write(Collection collection, String id, float[] vector) {
        collection.upsert(Record.builder(id).vector("v", vector).build());
    }

    @Test
    void aHealthyCollectionIsClean() {
        try (Database database = Kith.open(folder)) {
            Collection collection = collection(database);
            List<Record> records = new ArrayList<>();
            many(1, 600, 0).forEach(v -> records.add(Record.builder("r" + records.size()).vector("v", v).build()));
            collection.upsert(records);
            QualityReport report = Quality.report(collection, "v", QualityOptions.defaults());
            assertTrue(report.clean(), report.toString());
            assertEquals(600, report.records());
            assertEquals(600, report.norms().notUnit());
            assertThrows(InvalidQueryException.class, () -> Quality.report(collection, "w", QualityOptions.defaults()));
        }
    }

    @Test
    void everyPlantedFaultIsFoundAndNamed() {
        try (Database database = Kith.open(folder)) {
            Collection collection = collection(database);
            List<Record> records = new ArrayList<>();
            Random random = new Random(2);
            for (int i = 0; i < 600; i++) {
                float[] vector = gauss(random, 0);
                vector[0] += 30; // so that all point the same way, but for the outlier
                vector[7] = 0.5f;
                records.add(Record.builder("r" + i).vector("v", vector).build());
            }
            collection.upsert(records);
            float[] twin = records.get(5).vector("v");
            write(collection, "twin", twin);
            float[] near = records.get(9).vector("v");
            near[3] += 1e-4f;
            write(collection, "near", near);
            float[] far = new float[DIMENSION];
            far[7] = 0.5f;
            far[11] = -1000;
            write(collection, "far", far);
            QualityReport report = Quality.report(collection, "v", QualityOptions.defaults());
            assertEquals(List.of(7), report.constantDimensions());
            assertEquals(1, report.duplicates().groups());
            assertEquals(2, report.duplicates().records());
            assertEquals(Set.of("r5", "twin"), new TreeSet<>(report.duplicates().examples().getFirst()));
            assertTrue(report.neighbours().nearExamples().stream().anyMatch(p -> p.containsAll(List.of("r9", "near"))),
                    report.toString());
            assertEquals("far", report.neighbours().outlierExamples().getFirst());
            assertEquals("far", report.norms().greatestId());
            assertFalse(report.clean());
            write(collection, "zero", new float[DIMENSION]);
            assertEquals(1, Quality.report(collection, "v", QualityOptions.defaults()).norms().zero());
        }
    }

    @Test
    void driftIsToldFromChance() throws IOException {
        Baseline baseline = Baseline.of(many(3, 5_000, 0), 1);
        for (int seed = 10; seed < 30; seed++) {
            DriftReport same = baseline.compare(many(seed, 1_000, 0));
            assertFalse(same.drifted(), "seed " + seed + ": " + same);
            DriftReport moved = baseline.compare(many(seed, 1_000, 1));
            assertTrue(moved.drifted(), "seed " + seed + ": " + moved);
            DriftReport longer = baseline.compare(many(seed, 1_000, 0).map(v -> {
                for (int i = 0; i < v.length; i++) {
                    v[i] *= 1.5f;
                }
                return v;
            }));
            assertTrue(longer.drifted() && longer.distance() < 0.1, "seed " + seed + ": " + longer);
        }
        Path file = folder.resolve("baseline.json");
        baseline.save(file);
        assertEquals(baseline.compare(many(11, 500, 0.5)), Baseline.load(file).compare(many(11, 500, 0.5)));
        assertThrows(IllegalArgumentException.class, () -> baseline.compare(Stream.of(new float[3], new float[3])));
        assertThrows(IllegalArgumentException.class, () -> baseline.compare(many(1, 60, 0).map(v -> new float[3])));
    }

    @Test
    void aDamagedBaselineIsRefused() throws IOException {
        Path file = folder.resolve("baseline.json");
        Baseline.of(many(3, 60, 0), 1).save(file);
        String text = Files.readString(file);
        for (String bad : List.of("", "{", "[]", text.substring(0, text.length() / 2),
                text.replace("\"version\":1", "\"version\":2"),
                text.replace("baseline", "other"), text.replace("\"dimension\":24", "\"dimension\":-1"),
                text.replaceFirst("\\[\\[[^]]*\\],", "["), text.replaceFirst("\\[\\[", "[[1e9,"))) {
            Files.writeString(file, bad);
            IOException refused = assertThrows(IOException.class, () -> Baseline.load(file), bad);
            assertTrue(refused.getMessage().contains("baseline.json"), refused.getMessage());
        }
    }

    @Test
    void queriesAreSampledAsTheyCome() {
        QuerySample sample = new QuerySample("things", "v", 50, 1);
        try (Database database = Kith.open(folder, Options.defaults().withObservation(Observation.of(sample)))) {
            Collection collection = collection(database);
            write(collection, "a", gauss(new Random(1), 0));
            many(4, 200, 1).forEach(v -> collection.search(Query.nearest("v", v).k(1)));
        }
        assertEquals(50, sample.vectors().count());
        assertTrue(Baseline.of(many(3, 2_000, 0), 1).compare(sample.vectors()).distance() > 0.1);
        sample.clear();
        assertEquals(0, sample.vectors().count());
    }
}
