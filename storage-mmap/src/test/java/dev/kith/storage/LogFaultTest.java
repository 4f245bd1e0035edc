package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.kith.storage.fault.CrashVfs;
import dev.kith.storage.fault.FaultyVfs;
import dev.kith.storage.fault.FaultyVfs.Call;
import dev.kith.storage.fault.FaultyVfs.Fault;
import dev.kith.storage.fault.FaultyVfs.Plan;
import dev.kith.storage.fault.PowerCuts;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFaultTest {
    private static final Path ROOT = Path.of("/disk");
    private static final Path FOLDER = ROOT.resolve("log");
    private static final UUID STORE = new UUID(5, 5);
    private static final LogOptions OPTIONS = new LogOptions(STORE, Durability.SYNC, 4096, 1 << 14, 1 << 14);

    /// What the workload was told.
    private static final class Told {
        final Set<Long> stored = new TreeSet<>();
        final Set<Long> notStored = new TreeSet<>();
        final Set<Long> unknown = new TreeSet<>();
        boolean failed;
        long kept;
    }

    static Stream<Set<Call>> calls() {
        return Stream.of(Set.of(Call.WRITE), Set.of(Call.FORCE), Set.of(Call.RENAME), Set.of(Call.SYNC_DIRECTORY),
                Set.of(Call.OPEN_WRITE), Set.of(Call.DELETE), Set.of(Call.MAP), Set.of(Call.LIST), Set.of(Call.EXISTS),
                Set.of(Call.CREATE_DIRECTORIES), Set.of(Call.WRITE, Call.TRUNCATE), Set.of(Call.WRITE, Call.FORCE),
                Set.of(Call.WRITE, Call.OPEN_WRITE), Set.of(Call.WRITE, Call.DELETE));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallMayFailAndNothingAcknowledgedIsLost(Set<Call> calls) throws IOException {
        for (Fault fault : Fault.values()) {
            for (boolean persistent : new boolean[]{false, true}) {
                long nth = 1;
                while (failNth(new Plan(calls, nth, fault, persistent))) {
                    nth++;
                }
                assertTrue(nth > 1, calls + " is never called");
            }
        }
    }

    /// False if there was no such call any more.
    private boolean failNth(Plan plan) throws IOException {
        CrashVfs disk = new CrashVfs(ROOT);
        FaultyVfs faulty = new FaultyVfs(disk);
        faulty.plan(plan);
        Told told = new Told();
        for (int session = 0; session < 2; session++) {
            try {
                workload(faulty, told);
            } catch (StorageException typed) {
                assertInstanceOf(StorageException.class, typed);
            }
        }
        boolean struck = faulty.faults() > 0;
        judge(disk, told, plan.toString());
        return struck;
    }

    private static void workload(FaultyVfs vfs, Told told) throws IOException {
        WriteAheadLog log = WriteAheadLog.open(vfs, FOLDER, OPTIONS, told.kept, (_, _) -> {});
        try (log) {
            for (int i = 0; i < 9; i++) {
                step(log, told, i);
            }
        }
    }

    private static void step(WriteAheadLog log, Told told, int i) throws StorageException {
        if (i == 4 || i == 7) {
            try {
                log.rollOver();
            } catch (NoSpaceException | FileAccessException notNow) {
                assertTrue(log.state() == LogState.OPEN || log.state() == LogState.NO_SPACE); // it goes on in the old file
            }
            return;
        }
        if (i == 5) {
            told.kept = told.stored.stream().mapToLong(s -> s).max().orElse(told.kept);
            try {
                log.discardUpTo(told.kept);
            } catch (NoSpaceException | FileAccessException undeleted) {
                assertTrue(undeleted.getMessage().contains("DELETE")); // costs space, nothing else
            }
            return;
        }
        long sequence;
        try {
            sequence = log.append(ByteBuffer.wrap(payload(log.lastSequence() + 1)));
        } catch (NoSpaceException full) {
            assertFalse(told.failed);
            return;
        }
        try {
            log.awaitDurable(sequence);
            assertFalse(told.failed, "acknowledged after a failure");
            told.stored.add(sequence);
            told.notStored.remove(sequence); // a log opened anew gives out again what it does not hold
        } catch (NoSpaceException full) {
            told.notStored.add(sequence);
        } catch (StorageFailedException failed) {
            told.failed = true;
            told.unknown.add(sequence);
            assertEquals(LogState.FAILED, log.state());
            assertThrows(StorageFailedException.class, () -> log.append(ByteBuffer.allocate(1)));
            assertThrows(StorageFailedException.class, () -> log.awaitDurable(sequence));
            told.failed = false; // a log opened anew may acknowledge again
            throw failed;
        }
    }

    private static void judge(CrashVfs disk, Told told, String what) throws IOException {
        Random random = new Random(7);
        int end = disk.operations().size();
        judgeOne(disk.killedAt(end), told, what + ", killed");
        for (PowerCuts.State state : new PowerCuts(disk, end).states(4, random)) {
            judgeOne(state.restart(), told, what + ", " + state);
        }
    }

    private static void judgeOne(CrashVfs disk, Told told, String what) throws IOException {
        Set<Long> found = new HashSet<>();
        try (WriteAheadLog _ = WriteAheadLog.open(disk, FOLDER, OPTIONS, told.kept, (sequence, payload) -> {
            assertEquals(ByteBuffer.wrap(payload(sequence)), payload, what);
            found.add(sequence);
        })) {
            assertTrue(found.containsAll(told.stored.stream().filter(sequence -> sequence > told.kept).toList()),
                    () -> what + ": stored " + told.stored + ", found " + found);
            for (long refused : told.notStored) {
                assertFalse(found.contains(refused), () -> what + ": refused " + refused + ", found " + found);
            }
        } catch (StorageException refused) {
            fail(what, refused);
        }
    }

    /// Large enough that a few fill a file.
    private static byte[] payload(long sequence) {
        byte[] bytes = new byte[1500];
        new Random(sequence).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 63, 64, 65, 100, 1535, 1536, 1537, 3000, 4000, 4100, 4700, 6200, 7000, 9000})
    void everyBudgetOfSpaceIsSurvivedWithoutReopening(int freeBytes) throws IOException {
        CrashVfs disk = new CrashVfs(ROOT);
        FaultyVfs faulty = new FaultyVfs(disk);
        WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (_, _) -> {}).close();
        faulty.setFreeBytes(64 + freeBytes);
        Told told = new Told();
        try (WriteAheadLog log = WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (_, _) -> {})) {
            boolean full = false;
            for (int i = 0; i < 40 && !full; i++) {
                try {
                    long sequence = log.append(ByteBuffer.wrap(payload(log.lastSequence() + 1)));
                    told.notStored.add(sequence);
                    log.awaitDurable(sequence);
                    told.notStored.remove(sequence);
                    told.stored.add(sequence);
                } catch (NoSpaceException expected) {
                    full = true;
                }
            }
            assertTrue(full);
            assertEquals(LogState.NO_SPACE, log.state());
            NoSpaceException refused = assertThrows(NoSpaceException.class, () -> log.append(ByteBuffer.allocate(1)));
            assertInstanceOf(NoSpaceException.class, refused.getCause());
            assertThrows(NoSpaceException.class, log::rollOver);
            faulty.setFreeBytes(Long.MAX_VALUE);
            log.rollOver();
            assertEquals(LogState.OPEN, log.state());
            for (long never : told.notStored) {
                assertThrows(NoSpaceException.class, () -> log.awaitDurable(never));
            }
            for (int i = 0; i < 5; i++) {
                long sequence = log.append(ByteBuffer.wrap(payload(log.lastSequence() + 1)));
                log.awaitDurable(sequence);
                told.stored.add(sequence);
            }
        }
        judge(disk, told, "free bytes " + freeBytes);
    }

    @Test
    void aLogOpensForReadingOnAFullDisk() throws Exception {
        CrashVfs disk = new CrashVfs(ROOT);
        FaultyVfs faulty = new FaultyVfs(disk);
        Told told = new Told();
        WriteAheadLog first = WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (_, _) -> {});
        for (long i = 1; i <= 5; i++) {
            first.awaitDurable(first.append(ByteBuffer.wrap(payload(i))));
            told.stored.add(i);
        }
        CrashVfs killed = disk.killedAt(disk.operations().size()); // the last record is not vouched for
        first.close();
        faulty = new FaultyVfs(killed);
        for (int freeBytes : new int[]{0, 63, 64, 65, 100, 1000, 1599}) {
            faulty.setFreeBytes(freeBytes);
            List<Long> found = new ArrayList<>();
            try (WriteAheadLog log = WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (sequence, _) -> found.add(sequence))) {
                assertEquals(List.of(1L, 2L, 3L, 4L, 5L), found);
                assertEquals(LogState.NO_SPACE, log.state(), "free bytes " + freeBytes);
                assertThrows(NoSpaceException.class, () -> log.append(ByteBuffer.allocate(1)));
                assertThrows(NoSpaceException.class, () -> log.awaitForced(5));
                assertThrows(NoSpaceException.class, log::rollOver);
                log.discardUpTo(0);
                judge(killed, told, "open on a full disk");
            }
            assertEquals(List.of(LogWitness.NAME, LogFileName.of(1), LogFileName.of(2)), killed.list(FOLDER),
                    "nothing half-made is left");
        }
        try (WriteAheadLog log = WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (_, _) -> {})) {
            faulty.setFreeBytes(Long.MAX_VALUE);
            while (log.state() != LogState.OPEN) {
                Thread.sleep(10);
            }
            log.awaitForced(5);
            long sequence = log.append(ByteBuffer.wrap(payload(6)));
            log.awaitDurable(sequence);
            told.stored.add(sequence);
            judge(killed, told, "after the log has healed");
        }
        judge(killed, told, "after it was closed");
    }

    @Test
    void nobodyWaitsForEverWhenTheLogsThreadEnds() throws IOException {
        CrashVfs disk = new CrashVfs(ROOT);
        AtomicBoolean broken = new AtomicBoolean();
        Vfs buggy = (Vfs) Proxy.newProxyInstance(Vfs.class.getClassLoader(), new Class<?>[]{Vfs.class},
                (_, method, arguments) -> {
                    if (broken.get()) {
                        throw new IllegalStateException("a bug below");
                    }
                    return method.invoke(disk, arguments);
                });
        WriteAheadLog log = WriteAheadLog.open(buggy, FOLDER, OPTIONS, 0, (_, _) -> {});
        broken.set(true);
        StorageFailedException failed = assertThrows(StorageFailedException.class, log::rollOver);
        assertInstanceOf(IllegalStateException.class, failed.getCause().getCause());
        assertEquals(LogState.FAILED, log.state());
        assertThrows(StorageFailedException.class, log::rollOver);
        assertThrows(StorageFailedException.class, log::close);
    }

    @Test
    void aFullDiskHealsByItself() throws Exception {
        FaultyVfs faulty = new FaultyVfs(new CrashVfs(ROOT));
        try (WriteAheadLog log = WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (_, _) -> {})) {
            faulty.setFreeBytes(10);
            long lost = log.append(ByteBuffer.wrap(payload(1)));
            assertThrows(NoSpaceException.class, () -> log.awaitDurable(lost));
            faulty.setFreeBytes(1 << 20);
            while (log.state() != LogState.OPEN) {
                Thread.sleep(10);
            }
            long stored = log.append(ByteBuffer.wrap(payload(2)));
            assertEquals(2, stored, "a refused sequence is not given out again");
            log.awaitDurable(stored);
        }
        List<Long> found = new ArrayList<>();
        WriteAheadLog.open(faulty, FOLDER, OPTIONS, 0, (sequence, _) -> found.add(sequence)).close();
        assertEquals(List.of(2L), found);
    }

    @Test
    void waitersInEveryModeLearnOfAFailedForce() throws IOException {
        for (Durability durability : List.of(Durability.SYNC, Durability.group(1), Durability.OS_BUFFERED)) {
            FaultyVfs faulty = new FaultyVfs(new CrashVfs(ROOT));
            WriteAheadLog log = WriteAheadLog.open(faulty, FOLDER, OPTIONS.with(durability), 0, (_, _) -> {});
            faulty.plan(new Plan(Set.of(Call.FORCE), 1, Fault.IO_ERROR, false));
            long sequence = log.append(ByteBuffer.allocate(10));
            StorageFailedException failed = assertThrows(StorageFailedException.class, () -> log.awaitForced(sequence));
            assertInstanceOf(StorageFailedException.class, failed.getCause());
            assertInstanceOf(FileAccessException.class, failed.getCause().getCause());
            assertEquals(LogState.FAILED, log.state());
            assertThrows(StorageFailedException.class, () -> log.discardUpTo(0));
            assertThrows(StorageFailedException.class, log::close);
        }
    }
}
