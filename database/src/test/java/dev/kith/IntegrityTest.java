package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage on disk: either the answers are the same, or the database refuses and says where. What can be built again is.
class IntegrityTest {
    private static final long SEED = Long.getLong("kith.seed", 20261122);
    private static final int RECORDS = 400;
    private static final Schema SCHEMA = Schema.builder().vector("v", 16, Metric.SQUARED_L2).keyword("k").text("t").build();
    private static final Options OPTIONS = Options.defaults().withGraphRecords(100);

    @TempDir Path scratch;
    private Path sound;
    private int copies;
    private List<String> expected = List.of();

    @BeforeEach
    void write() {
        sound = scratch.resolve("sound");
        try (Database database = Kith.open(sound, OPTIONS)) {
            Collection collection = database.createCollection("c", SCHEMA);
            for (int batch = 0; batch < 4; batch++) {
                List<Record> records = new ArrayList<>();
                for (int i = 0; i < RECORDS / 4; i++) {
                    records.add(record(batch * RECORDS / 4 + i));
                }
                collection.upsert(records);
                collection.flush();
            }
            collection.optimize();
            expected = answers(collection);
        }
    }

    private static Record record(int i) {
        return Record.builder("id" + i).vector("v", vector(i)).field("k", "k" + i % 7).field("t", "words of " + i)
                .payload("{\"i\":" + i + "}").build();
    }

    private static float[] vector(long seed) {
        Random random = new Random(seed * 31 + SEED);
        float[] vector = new float[16];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /// Everything a caller can read, as text.
    private static List<String> answers(Collection collection) {
        List<String> answers = new ArrayList<>();
        try (var all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
            all.map(r -> r.id() + " " + (r.fields() + r.payload() + Arrays.toString(r.vectors().get("v").toFloats())).hashCode())
                    .sorted().forEach(answers::add);
        }
        for (int q = 0; q < 5; q++) {
            answers.add(collection.search(Query.nearest("v", vector(1000 + q)).effort(Effort.exact())).ids().toString());
            answers.add(collection.search(Query.text("t", Integer.toString(q))).ids().toString());
        }
        answers.add("count " + collection.count(Filter.eq("k", "k3")));
        return answers;
    }

    private void same(List<String> answers, String what) {
        for (int i = 0; i < Math.max(expected.size(), answers.size()); i++) {
            String want = i < expected.size() ? expected.get(i) : "nothing";
            assertEquals(want, i < answers.size() ? answers.get(i) : "nothing", what + ", answer " + i);
        }
    }

    private Path copy() throws IOException {
        return Folders.copy(sound, scratch.resolve("copy" + copies++));
    }

    /// Opens the folder and compares all answers; false if it was refused as damaged.
    private boolean answersTheSame(Path folder, Options options, String what) {
        try (Database database = Kith.open(folder, options)) {
            same(answers(database.collection("c")), what);
            return true;
        } catch (CorruptDatabaseException | UnsupportedVersionException e) {
            return false;
        }
    }

    @Test
    void aFlippedBitInAnyFileIsRefusedOrHarmless() throws IOException {
        Random random = new Random(SEED);
        int refused = 0;
        int harmless = 0;
        for (Path file : Folders.files(sound)) {
            if (!Folders.chosen(file)) {
                continue;
            }
            for (int place : Folders.places(file, random)) {
                Path folder = copy();
                Path damaged = folder.resolve(sound.relativize(file));
                Folders.flip(damaged, place, random.nextInt(8));
                boolean same = answersTheSame(folder, OPTIONS, "byte " + place + " of " + file + ", seed " + SEED);
                refused += same ? 0 : 1;
                harmless += same ? 1 : 0;
                BadInputTest.deleteTree(folder);
            }
        }
        assertTrue(refused > 0 && harmless > 0, refused + " refused, " + harmless + " harmless");
    }

    @Test
    void damageInTheNewestCommitIsHealedFromTheOneBefore() throws IOException {
        Path folder = copy();
        List<Path> commits = Folders.files(folder.resolve("c1/index")).stream()
                .filter(f -> f.getFileName().toString().startsWith("segments_")).toList();
        assertEquals(2, commits.size());
        Folders.flip(commits.getLast(), 40, 3);
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.collection("c");
            assertTrue(collection.stats().integrity().olderCommit());
            same(answers(collection), "answers");
            collection.upsert(record(RECORDS));
            collection.flush();
            assertEquals(RECORDS + 1, collection.count());
        }
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.collection("c");
            assertFalse(collection.stats().integrity().olderCommit());
            assertEquals(RECORDS + 1, collection.count());
            assertTrue(collection.verify().ok());
        }
        Path other = copy();
        for (Path commit : commits) {
            Folders.flip(other.resolve(folder.relativize(commit)), 40, 3);
        }
        assertThrows(CorruptDatabaseException.class, () -> Kith.open(other, OPTIONS));
    }

    /// An older commit without the log behind it would be old data passed off as new.
    @Test
    void anOlderCommitIsNotUsedWhereTheLogDoesNotReachBack() throws IOException {
        Path folder = copy();
        try (Database database = Kith.open(folder, OPTIONS)) {
            database.collection("c").upsert(record(0)); // the older commit needs it from the log
            database.collection("c").flush();
        }
        Kith.open(folder, OPTIONS).close(); // goes on in a new log file
        List<Path> commits = Folders.files(folder.resolve("c1/index")).stream()
                .filter(f -> f.getFileName().toString().startsWith("segments_")).toList();
        Folders.flip(commits.getLast(), 40, 3);
        List<Path> logs = Folders.files(folder.resolve("c1/log")).stream()
                .filter(f -> f.getFileName().toString().endsWith(".log")).toList();
        assertTrue(logs.size() > 1, logs.toString());
        for (Path log : logs.subList(0, logs.size() - 1)) {
            Files.delete(log);
        }
        List<Path> before = Folders.files(folder);
        assertThrows(CorruptDatabaseException.class, () -> Kith.open(folder, OPTIONS));
        assertTrue(Folders.files(folder).containsAll(before), "nothing that could be salvaged is deleted");
    }

    @Test
    void aDamagedOlderCommitIsNotNeeded() throws IOException {
        Path folder = copy();
        Path older = Folders.files(folder.resolve("c1/index")).stream()
                .filter(f -> f.getFileName().toString().startsWith("segments_")).toList().getFirst();
        Folders.flip(older, 40, 3);
        assertTrue(answersTheSame(folder, OPTIONS, "older commit"));
        assertTrue(Files.notExists(older));
    }

    private void awaitRebuilt(Path folder) throws InterruptedException {
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.collection("c");
            same(answers(collection), "answers");
            for (int i = 0; collection.stats().integrity().indexesSetAside() > 0; i++) {
                assertTrue(i < 300, "not rebuilt after 30 seconds");
                Thread.sleep(100);
            }
            same(answers(collection), "answers");
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
        }
    }

    @Test
    void aMissingIndexIsBuiltAgain() throws Exception {
        Path folder = copy();
        List<Path> indexes = Folders.files(folder, ".kvix");
        assertFalse(indexes.isEmpty());
        for (Path index : indexes) {
            Files.delete(index);
        }
        awaitRebuilt(folder);
    }

    @Test
    void aDamagedIndexIsBuiltAgain() throws Exception {
        Path folder = copy();
        for (Path index : Folders.files(folder, ".kvix")) {
            Folders.flip(index, (int) Files.size(index) / 2, 1);
        }
        awaitRebuilt(folder);
    }

    @Test
    void aLargeCollectionIsCheckedInTheBackground() throws Exception {
        Options later = OPTIONS.withSafety(Safety.defaults().withVerifyAtOpenBytes(0));
        try (Database database = Kith.open(copy(), later)) {
            Collection collection = database.collection("c");
            for (int i = 0; collection.stats().integrity().verifiedFraction() < 1; i++) {
                assertTrue(i < 300, "not verified after 30 seconds");
                Thread.sleep(100);
            }
            assertTrue(collection.stats().integrity().verifiedBytes() > 0);
            same(answers(collection), "answers");
            assertNull(collection.stats().integrity().damage());
        }
        Path folder = copy();
        for (Path vectors : Folders.files(folder, ".kvec")) {
            Folders.flip(vectors, 2000, 4);
        }
        try (Database database = Kith.open(folder, later)) {
            Collection collection = database.collection("c");
            for (int i = 0; collection.stats().integrity().damage() == null; i++) {
                assertTrue(i < 300, "not found after 30 seconds");
                Thread.sleep(100);
            }
            CorruptDatabaseException e = assertThrows(CorruptDatabaseException.class, collection::count);
            assertTrue(e.file().endsWith(".kvec") || e.file().contains(".kvec"), e.getMessage());
            assertTrue(e.offset() >= 0, e.getMessage());
            assertEquals(CollectionStats.State.FAILED, collection.stats().state());
        }
    }

    @Test
    void copiedFilesAreNeverMappedAndAnswerTheSame() throws IOException {
        Options copied = OPTIONS.withSafety(Safety.defaults().withReading(Safety.Reading.COPIED));
        Path folder = copy();
        try (Database database = Kith.open(folder, copied)) {
            Collection collection = database.collection("c");
            same(answers(collection), "answers");
            if (Files.exists(Path.of("/proc/self/maps"))) {
                assertFalse(Files.readString(Path.of("/proc/self/maps")).contains(folder.toRealPath().toString()));
            }
            collection.upsert(record(RECORDS), record(3));
            collection.flush();
            collection.optimize();
            assertEquals(RECORDS + 1, collection.count());
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
            for (Path file : Folders.files(folder.resolve("c1/index"), ".kvec")) {
                Files.write(file, new byte[100]); // nobody reads the file any more
            }
            assertEquals(10, collection.search(Query.nearest("v", vector(5))).hits().size());
        }
    }

    @Test
    void aFlippedBitOfTheLiveLogIsFoundByVerify() throws IOException {
        try (Database database = Kith.open(sound, OPTIONS)) {
            Collection collection = database.collection("c");
            for (int i = 0; i < 20; i++) {
                collection.upsert(record(i));
            }
            VerifyReport whole = collection.verify();
            assertTrue(whole.ok(), whole::toString);
            List<Path> logs = Folders.files(sound, ".log");
            Path newest = logs.getLast();
            Folders.flip(newest, (int) Files.size(newest) - 300, 3);
            VerifyReport damaged = collection.verify();
            assertTrue(damaged.problems().stream().anyMatch(p -> p.contains(".log")), damaged::toString);
            collection.upsert(record(1)); // what is in memory is whole, and the next commit makes it last
            collection.flush();
            assertTrue(collection.verify().ok(), () -> collection.verify().toString());
        }
    }
}
