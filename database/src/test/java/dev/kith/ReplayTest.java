package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import dev.kith.internal.engine.ReplayFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log of many waves is applied on several threads: what comes of it is what the operations come to one after another.
class ReplayTest {
    private static final long SEED = Long.getLong("kith.seed", System.nanoTime() >>> 16);
    private static final Schema SCHEMA = Schema.builder().vector("v", 96, Metric.SQUARED_L2).integer("n").keyword("k").build();
    private static final Options OPTIONS = Options.defaults().withDurability(Durability.osBuffered()).withLogBytes(1L << 30);

    @Test
    void aLogOfManyWavesEndsInWhatItsOperationsEndIn(@TempDir Path folder) throws IOException {
        Random random = new Random(SEED);
        Map<String, Record> model = new TreeMap<>();
        Path crashed = folder.resolve("crashed");
        try (Database database = Kith.open(folder.resolve("db"), OPTIONS)) {
            Collection collection = database.createCollection("c", SCHEMA);
            long flushAt = random.nextInt(80);
            for (int batch = 0; batch < 150; batch++) {
                if (batch == flushAt) {
                    collection.flush(); // the lookup of ids has something to find
                }
                write(collection, model, random);
            }
            Folders.copy(folder.resolve("db"), crashed);
        }
        try (Database database = Kith.open(crashed, OPTIONS)) {
            Collection collection = database.collection("c");
            assertTrue(collection.stats().recovery().operations() > 50, "seed " + SEED);
            Map<String, Record> found = new TreeMap<>();
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                all.forEach(r -> assertEquals(null, found.put(r.id(), r), "twice, seed " + SEED));
            }
            assertEquals(model, found, "seed " + SEED);
            assertEquals(model.size(), collection.count(), "seed " + SEED);
            for (int i = 0; i < 50; i++) {
                Record one = collection.get("id" + random.nextInt(9_000));
                assertEquals(one == null ? null : model.get(one.id()), one, "seed " + SEED);
            }
            assertTrue(collection.verify().ok());
        }
    }

    private static void write(Collection collection, Map<String, Record> model, Random random) {
        if (random.nextInt(4) == 0) {
            List<String> gone = new ArrayList<>();
            for (int i = random.nextInt(200); i >= 0; i--) {
                gone.add("id" + random.nextInt(9_000));
            }
            collection.delete(gone);
            gone.forEach(model::remove);
            return;
        }
        List<Record> records = new ArrayList<>();
        for (int i = random.nextInt(300); i >= 0; i--) {
            float[] v = new float[96];
            for (int c = 0; c < v.length; c++) {
                v[c] = random.nextInt(1000);
            }
            records.add(Record.builder("id" + random.nextInt(9_000)).vector("v", v).field("n", random.nextInt())
                    .field("k", "k" + random.nextInt(9)).payload("{\"pad\": \"" + "x".repeat(random.nextInt(600)) + "\"}")
                    .build());
        }
        collection.upsert(records);
        records.forEach(r -> model.put(r.id(), r));
    }

    @Test
    void ofTwoRecordsThatCannotBeReadTheOlderIsNamed(@TempDir Path folder) throws IOException {
        try (Database database = Kith.open(folder, OPTIONS)) {
            database.createCollection("c", SCHEMA);
        }
        byte[] padding = new byte[200_000];
        for (int i = 0; i < 12; i++) {
            padding[0] = (byte) (i == 0 ? 9 : 8);
            ReplayFiles.append(folder, 1, padding);
        }
        CorruptDatabaseException refused = assertThrows(CorruptDatabaseException.class, () -> Kith.open(folder, OPTIONS));
        assertTrue(String.valueOf(refused.getMessage()).contains("record 1, byte"), refused.toString());
        assertEquals("9", refused.found());
    }

    @Test
    void aForgedVectorThatIsNoNumberIsDamageOfTheLog(@TempDir Path folder) throws IOException {
        try (Database database = Kith.open(folder, OPTIONS)) {
            database.createCollection("c", Schema.builder().vector("v", 1, Metric.SQUARED_L2).build());
        }
        // version 1, one operation, upsert, id "a", one vector of field 0, NaN, no wide fields, a source of 3 bytes: empty
        byte[] batch = {1, 1, 1, 1, 'a', 1, 0, 0, 0, (byte) 0xc0, 0x7f, 0, 3, 1, 0, 0};
        ReplayFiles.append(folder, 1, batch);
        CorruptDatabaseException refused = assertThrows(CorruptDatabaseException.class, () -> Kith.open(folder, OPTIONS));
        assertEquals("NaN", refused.found(), refused.toString());
    }
}
