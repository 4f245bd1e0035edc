package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Group commit that waits for nobody makes each record wait for two forces; one that waits for everybody makes lone writers slow.
class GatheringTest {
    private static final long FORCE_NANOS = 5_000_000;

    private static LogGroup group(int records) {
        LogGroup group = new LogGroup();
        for (int i = 0; i < records; i++) {
            group.add(i + 1, ByteBuffer.allocate(10));
        }
        return group;
    }

    @Test
    void aLoneWriterIsNeverWaitedFor() {
        Gathering gathering = new Gathering();
        assertEquals(0, gathering.patience(group(1)));
        gathering.forced(FORCE_NANOS, 1, 0);
        assertTrue(gathering.complete(group(1)));
        assertEquals(0, gathering.patience(group(1)));
    }

    @Test
    void thoseThatAForceReleasedAreWaitedForAsLongAsAForceTakes() {
        Gathering gathering = new Gathering();
        gathering.forced(FORCE_NANOS, 4, 4);
        assertEquals(FORCE_NANOS, gathering.patience(group(4)));
        assertFalse(gathering.complete(group(7)));
        assertTrue(gathering.complete(group(8)));
        assertEquals(0, gathering.patience(group(0)), "an empty group waits for its first record without an end");
        gathering.forced(40 * FORCE_NANOS, 8, 0);
        assertTrue(gathering.patience(group(1)) <= 2 * FORCE_NANOS, "one slow force must not make all wait");
    }

    @Test
    void aLargeGroupGoesAtOnce() {
        Gathering gathering = new Gathering();
        gathering.forced(FORCE_NANOS, 8, 0);
        LogGroup large = group(1);
        large.add(2, ByteBuffer.allocate(1 << 18));
        assertEquals(0, gathering.patience(large));
    }

    @Test
    void writersThatDoNotComeBackAreWaitedForEverMoreSeldom() {
        Gathering gathering = new Gathering();
        gathering.forced(FORCE_NANOS, 8, 0);
        int waits = 0;
        for (int i = 0; i < 1000; i++) {
            if (gathering.patience(group(1)) > 0) {
                waits++;
                gathering.ended(1, 1);
            }
        }
        assertTrue(waits >= 5 && waits <= 14, waits + " waits in vain");
        while (gathering.patience(group(1)) == 0) {
            waits++;
        }
        gathering.ended(1, 8);
        assertTrue(gathering.patience(group(1)) > 0, "they are back");
    }

    @Test
    void writersThatWaitForTheirAcknowledgementShareNearlyEveryForce(@TempDir Path folder) throws Exception {
        int writers = 8;
        int each = 40;
        AtomicInteger forces = new AtomicInteger();
        Vfs slow = new ForwardingVfs(Vfs.local()) {
            @Override
            public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
                return new ForwardingVfsFile(super.openWrite(path, mode)) {
                    @Override
                    public void force(boolean metadata) throws StorageException {
                        super.force(metadata);
                        forces.incrementAndGet();
                        LockSupport.parkNanos(FORCE_NANOS);
                    }
                };
            }
        };
        try (WriteAheadLog log = WriteAheadLog.open(slow, folder, LogOptions.of(new UUID(1, 1)), 0, (_, _) -> {});
                ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            forces.set(0);
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        log.awaitDurable(log.append(ByteBuffer.allocate(100)));
                    }
                    return null;
                }));
            }
            for (Future<?> writer : done) {
                writer.get();
            }
        }
        // two rounds of writers that take turns would need two forces for the records of all
        int most = writers * each / 5;
        assertTrue(forces.get() <= most, forces + " forces for " + writers * each + " records, at most " + most + " expected");
    }
}
