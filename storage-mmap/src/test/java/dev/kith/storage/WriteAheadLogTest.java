package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
    private static final UUID STORE = new UUID(1, 2);
    private static final LogOptions OPTIONS = LogOptions.of(STORE);

    @TempDir Path parent;

    private final Map<Long, String> replayed = new TreeMap<>();

    @Test
    void recordsComeBackInOrderAfterClosing() throws IOException {
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            assertEquals(0, log.recovery().filesRead());
            for (int i = 1; i <= 100; i++) {
                assertEquals(i, log.append(bytes("record " + i)));
            }
            log.awaitDurable(100);
            assertEquals(100, log.forcedSequence());
        }
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            assertEquals(100, replayed.size());
            assertEquals("record 77", replayed.get(77L));
            assertEquals(100, log.recovery().recordsReplayed());
            assertEquals(RecoveryReport.Reason.CLEAN, log.recovery().tail().reason());
            assertEquals(101, log.append(bytes("more")));
            log.awaitDurable(101);
        }
        try (WriteAheadLog log = open(OPTIONS, 99)) {
            assertEquals(Map.of(100L, "record 100", 101L, "more"), replayed);
            assertEquals(2, log.recovery().recordsReplayed());
        }
    }

    @Test
    void everyModeKeepsWhatItAcknowledgedThroughTheEndOfTheProcess() throws IOException {
        int folder = 0;
        for (Durability durability : List.of(Durability.SYNC, Durability.group(5), Durability.OS_BUFFERED)) {
            Path place = parent.resolve("mode" + folder++);
            LogOptions options = OPTIONS.with(durability);
            WriteAheadLog abandoned = WriteAheadLog.open(Vfs.local(), place, options, 0, this::replay);
            for (int i = 1; i <= 50; i++) {
                abandoned.awaitDurable(abandoned.append(bytes("r" + i)));
            }
            replayed.clear();
            try (WriteAheadLog log = WriteAheadLog.open(Vfs.local(), place, options, 0, this::replay)) {
                assertEquals(50, replayed.size(), durability.toString());
                assertEquals(50, log.forcedSequence());
                log.awaitForced(50);
            }
            abandoned.close();
        }
    }

    @Test
    void awaitForcedForcesInEveryMode() throws IOException {
        try (WriteAheadLog log = open(OPTIONS.with(Durability.OS_BUFFERED), 0)) {
            long sequence = log.append(bytes("x"));
            log.awaitDurable(sequence);
            assertEquals(0, log.forcedSequence());
            log.awaitForced(sequence);
            assertEquals(sequence, log.forcedSequence());
        }
    }

    @Test
    void groupModeAcknowledgesOnlyWhatIsForced() throws IOException {
        try (WriteAheadLog log = open(OPTIONS.with(Durability.group(20)), 0)) {
            long sequence = log.append(bytes("x"));
            log.awaitDurable(sequence);
            assertEquals(sequence, log.forcedSequence());
        }
    }

    @Test
    void filesRollOverAndAreDiscarded() throws IOException {
        LogOptions small = OPTIONS.withFileBytes(4096);
        try (WriteAheadLog log = open(small, 0)) {
            for (int i = 1; i <= 200; i++) {
                log.awaitDurable(log.append(ByteBuffer.allocate(100)));
            }
            int before = logFiles().size();
            assertTrue(before >= 5, "files: " + before);
            log.discardUpTo(100);
            int after = logFiles().size();
            assertTrue(after < before && after > 1, before + " -> " + after);
            log.discardUpTo(200);
            assertTrue(logFiles().size() <= 2);
            log.rollOver();
            log.discardUpTo(200);
            assertEquals(1, logFiles().size());
            assertEquals(201, log.append(bytes("last")));
            log.awaitDurable(201);
        }
        CorruptFileException gap = assertThrows(CorruptFileException.class, () -> open(small, 100));
        assertEquals("first record of the log", gap.what());
        try (WriteAheadLog _ = open(small, 200)) {
            assertEquals(Map.of(201L, "last"), replayed);
        }
        CorruptFileException short_ = assertThrows(CorruptFileException.class, () -> open(small, 300));
        assertEquals("last record of the log", short_.what());
    }

    @Test
    void anAbsentLogIsNotAnEmptyOne() throws IOException {
        CorruptFileException absent = assertThrows(CorruptFileException.class, () -> open(OPTIONS, 5));
        assertEquals("absent", absent.found());
        try (WriteAheadLog log = WriteAheadLog.create(Vfs.local(), folder(), OPTIONS, 5)) {
            assertEquals(6, log.append(bytes("six")));
            log.awaitDurable(6);
        }
        assertThrows(FileExistsException.class, () -> WriteAheadLog.create(Vfs.local(), folder(), OPTIONS, 5));
        try (WriteAheadLog _ = open(OPTIONS, 5)) {
            assertEquals(Map.of(6L, "six"), replayed);
        }
    }

    @Test
    void anotherStoresLogIsRefused() throws IOException {
        open(OPTIONS, 0).close();
        CorruptFileException other = assertThrows(CorruptFileException.class, () -> open(LogOptions.of(new UUID(9, 9)), 0));
        assertEquals("store id", other.what());
    }

    @Test
    void aMissingFileInTheMiddleIsNamed() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (WriteAheadLog log = open(OPTIONS, 0)) {
                log.awaitDurable(log.append(bytes("r" + i)));
            }
        }
        Vfs.local().delete(folder().resolve(LogFileName.of(2)));
        CorruptFileException gap = assertThrows(CorruptFileException.class, () -> open(OPTIONS, 0));
        assertTrue(gap.file().endsWith(LogFileName.of(2)));
    }

    @Test
    void manyThreadsShareTheLog() throws Exception {
        Map<Long, String> expected = new ConcurrentSkipListMap<>();
        try (WriteAheadLog log = open(new LogOptions(STORE, Durability.SYNC, 1 << 16, 1 << 20, 1 << 12), 0);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        String text = thread + ":" + i + "x".repeat(i);
                        long sequence = log.append(bytes(text));
                        expected.put(sequence, text);
                        Thread.currentThread().interrupt(); // hurts nothing
                        log.awaitDurable(sequence);
                        assertTrue(Thread.interrupted());
                        assertTrue(log.forcedSequence() >= sequence);
                    }
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
            assertEquals(LogState.OPEN, log.state());
        }
        open(OPTIONS, 0).close();
        assertEquals(1600, replayed.size());
        assertEquals(expected, replayed);
    }

    @Test
    void aLogThatEndsBeforeItsWitnessSaysIsRefusedUntilTheWitnessIsGone() throws IOException {
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            log.awaitDurable(log.append(bytes("first")));
            log.awaitDurable(log.append(bytes("second")));
        }
        Path file = folder().resolve(LogFileName.of(1));
        rewrite(file, Arrays.copyOf(Vfs.local().readAll(file, 1000), LogFileHeader.BYTES + LogRecordHeader.FRAME_BYTES + 5));
        CorruptFileException refused = assertThrows(CorruptFileException.class, () -> open(OPTIONS, 0));
        assertTrue(refused.getMessage().contains("sequence 2 or later (as DURABLE beside it says) but is sequence 1"),
                refused.getMessage());
        Vfs.local().delete(folder().resolve(LogWitness.NAME));
        replayed.clear();
        open(OPTIONS, 0).close();
        assertEquals(Map.of(1L, "first"), replayed);
    }

    @Test
    void aWitnessBeginsAnewWhenItIsLong() throws IOException {
        Path witness = folder().resolve(LogWitness.NAME);
        int entries = LogWitness.MAX_BYTES / LogWitnessEntry.BYTES;
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            for (int i = 0; i < entries + 3; i++) {
                log.awaitForced(log.append(bytes("x")));
            }
            assertEquals(3 * LogWitnessEntry.BYTES, Vfs.local().size(witness));
        }
        assertEquals(entries + 3, LogWitness.read(Vfs.local(), folder(), OPTIONS.storeId()));
        rewrite(witness, new byte[100]);
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            log.awaitForced(log.append(bytes("y")));
        }
        assertEquals(entries + 4, LogWitness.read(Vfs.local(), folder(), OPTIONS.storeId()));
        assertEquals(0, Vfs.local().size(witness) % LogWitnessEntry.BYTES);
        rewrite(witness, new byte[LogWitness.MAX_BYTES + 1]);
        assertThrows(CorruptFileException.class, () -> open(OPTIONS, 0));
    }

    @Test
    void aTornTailIsDroppedAndReported() throws IOException {
        Path crashed = parent.resolve("crashed");
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            log.awaitDurable(log.append(bytes("first")));
            log.awaitDurable(log.append(bytes("second")));
            int cut = LogFileHeader.BYTES + 2 * LogRecordHeader.FRAME_BYTES + "firstsecond".length() - 3;
            byte[] content = Arrays.copyOf(Vfs.local().readAll(folder().resolve(LogFileName.of(1)), 1000), cut);
            Vfs.local().createDirectories(crashed);
            rewrite(crashed.resolve(LogFileName.of(1)), content);
        }
        replayed.clear();
        try (WriteAheadLog again = WriteAheadLog.open(Vfs.local(), crashed, OPTIONS, 0, this::replay)) {
            assertEquals(Map.of(1L, "first"), replayed);
            assertTrue(again.recovery().dropped());
            assertEquals(LogRecordHeader.FRAME_BYTES + "second".length() - 3, again.recovery().tail().droppedBytes());
            assertEquals(2, again.append(bytes("another second")));
            again.awaitDurable(2);
        }
        replayed.clear();
        WriteAheadLog.open(Vfs.local(), crashed, OPTIONS, 0, this::replay).close();
        assertEquals(Map.of(1L, "first", 2L, "another second"), replayed);
    }

    @Test
    void damageBeforeTheVouchedEndIsRefused() throws IOException {
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            log.awaitDurable(log.append(bytes("first")));
            log.awaitDurable(log.append(bytes("second")));
        }
        Path file = folder().resolve(LogFileName.of(1));
        byte[] content = Vfs.local().readAll(file, 1000);
        content[LogFileHeader.BYTES + LogRecordHeader.FRAME_BYTES + 5 + LogRecordHeader.BYTES] ^= 4; // in "second"
        rewrite(file, content);
        CorruptFileException damage = assertThrows(CorruptFileException.class, () -> open(OPTIONS, 0));
        assertEquals(LogFileHeader.BYTES + LogRecordHeader.FRAME_BYTES + 5, damage.offset());
        assertTrue(replayed.isEmpty(), "nothing is replayed from a damaged log");
    }

    @Test
    void useAfterCloseIsRefused() throws IOException {
        WriteAheadLog log = open(OPTIONS, 0);
        log.close();
        log.close();
        assertEquals(LogState.CLOSED, log.state());
        assertThrows(StorageClosedException.class, () -> log.append(bytes("late")));
        assertThrows(StorageClosedException.class, () -> log.discardUpTo(0));
        assertThrows(StorageClosedException.class, log::rollOver);
    }

    @Test
    void badArgumentsAreNamed() throws IOException {
        LogOptions tiny = new LogOptions(STORE, Durability.SYNC, 4096, 10, 4096);
        try (WriteAheadLog log = open(tiny, 0)) {
            String message = assertThrows(IllegalArgumentException.class, () -> log.append(ByteBuffer.allocate(11))).getMessage();
            assertTrue(message.contains("10") && message.contains("11"), message);
            assertThrows(IllegalArgumentException.class, () -> log.awaitDurable(1));
            assertThrows(IllegalArgumentException.class, () -> log.discardUpTo(-1));
            assertEquals(1, log.append(ByteBuffer.allocate(0)));
            log.awaitDurable(1);
        }
        assertThrows(IllegalArgumentException.class, () -> open(tiny, -1));
        assertThrows(IllegalArgumentException.class, () -> Durability.group(0));
        assertThrows(IllegalArgumentException.class, () -> new LogOptions(STORE, Durability.SYNC, 1, 1, 1));
    }

    @Test
    void aFailingVisitorEndsTheOpeningAndChangesNothing() throws IOException {
        try (WriteAheadLog log = open(OPTIONS, 0)) {
            log.awaitDurable(log.append(bytes("first")));
        }
        IOException mine = new IOException("mine");
        IOException thrown = assertThrows(IOException.class,
                () -> WriteAheadLog.open(Vfs.local(), folder(), OPTIONS, 0, (_, _) -> {
                    throw mine;
                }));
        assertEquals(mine, thrown);
        open(OPTIONS, 0).close();
        assertEquals(Map.of(1L, "first"), replayed);
    }

    @Test
    void strangeFilesAndLeftoversAreIgnored() throws IOException {
        open(OPTIONS, 0).close();
        for (String name : List.of("notes.txt", "wal-1.log", "wal-99999999999999999999.log", LogFileName.temporary(2))) {
            Vfs.local().openWrite(folder().resolve(name), WriteMode.CREATE_NEW).close();
        }
        open(OPTIONS, 0).close();
        List<String> all = Vfs.local().list(folder());
        assertFalse(all.contains(LogFileName.temporary(2)));
        assertTrue(all.contains("notes.txt"));
    }

    @Test
    void anIdleLogVouchesForItsLastRecord() throws Exception {
        WriteAheadLog log = open(OPTIONS, 0);
        log.awaitDurable(log.append(bytes("only")));
        Path file = folder().resolve(LogFileName.of(1));
        long withRecord = LogFileHeader.BYTES + LogRecordHeader.FRAME_BYTES + 4;
        while (Vfs.local().size(file) < withRecord + LogRecordHeader.FRAME_BYTES) {
            Thread.sleep(5);
        }
        byte[] content = Vfs.local().readAll(file, 1000);
        content[(int) withRecord - 6] ^= 1;
        Path copy = parent.resolve("copy");
        Vfs.local().createDirectories(copy);
        rewrite(copy.resolve(LogFileName.of(1)), content);
        assertThrows(CorruptFileException.class, () -> WriteAheadLog.open(Vfs.local(), copy, OPTIONS, 0, this::replay));
        log.close();
        assertEquals(withRecord + LogRecordHeader.FRAME_BYTES, Vfs.local().size(file), "no second marker for the same");
    }

    @Test
    void aRecordLargerThanTheBufferPasses() throws IOException {
        LogOptions options = new LogOptions(STORE, Durability.SYNC, 4096, 1 << 20, 4096);
        try (WriteAheadLog log = open(options, 0)) {
            log.append(bytes("small"));
            log.append(ByteBuffer.allocate(1 << 20));
            log.awaitDurable(log.append(bytes("small again")));
        }
        open(options, 0).close();
        assertEquals(3, replayed.size());
        assertEquals(1 << 20, replayed.get(2L).length());
    }

    @Test
    void failedStateKeepsItsCause() {
        StorageException cause = new FileAccessException("f", "force failed", null);
        LogQueue queue = new LogQueue("folder", OPTIONS, 0, 0);
        queue.fail(cause);
        StorageFailedException failed = assertThrows(StorageFailedException.class, () -> queue.append(bytes("x")));
        assertInstanceOf(FileAccessException.class, failed.getCause());
    }

    private WriteAheadLog open(LogOptions options, long afterSequence) throws IOException {
        replayed.clear();
        return WriteAheadLog.open(Vfs.local(), folder(), options, afterSequence, this::replay);
    }

    private void replay(long sequence, ByteBuffer payload) {
        replayed.put(sequence, StandardCharsets.UTF_8.decode(payload).toString());
    }

    private Path folder() {
        return parent.resolve("log");
    }

    private List<String> logFiles() throws IOException {
        return Vfs.local().list(folder()).stream().filter(name -> LogFileName.numberOf(name).isPresent()).toList();
    }

    private static void rewrite(Path path, byte[] content) throws IOException {
        if (Vfs.local().exists(path)) {
            Vfs.local().delete(path);
        }
        try (VfsFile file = Vfs.local().openWrite(path, WriteMode.CREATE_NEW)) {
            file.write(ByteBuffer.wrap(content));
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
