package dev.kith.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Options;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A merge that is under way carries deleted records into its new segment, so erasing has to wait for it.
class EraseDuringMergeTest {
    @TempDir Path folder;

    /// Holds merges back while they write.
    private static final class SlowMerges extends ForwardingVfs {
        private final CountDownLatch merging = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        SlowMerges() {
            super(Vfs.local());
        }

        @Override
        public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
            if (Thread.currentThread().getName().contains("Merge Thread")) {
                merging.countDown();
                try {
                    assertTrue(released.await(60, TimeUnit.SECONDS), "nobody released the merge");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return super.openWrite(path, mode);
        }
    }

    private static Record record(String id) {
        return Record.builder(id).vector("v", new float[]{id.hashCode(), 1}).build();
    }

    @Test
    void theRecordInTheMergeIsErasedToo() throws Exception {
        SlowMerges disk = new SlowMerges();
        try (Database database = EngineDatabase.open(disk, folder.resolve("db"), Options.defaults())) {
            Collection collection = database.createCollection("c", Schema.builder().vector("v", 2, Metric.SQUARED_L2).build());
            for (int i = 0; disk.merging.getCount() > 0; i++) {
                assertTrue(i < 1000, "no merge began");
                // two to a segment, for one without a live record is dropped and not merged
                collection.upsert(record("id" + i), record("other" + i));
                collection.flush();
            }
            long before = collection.count();
            CompletableFuture<Long> erased = CompletableFuture.supplyAsync(() -> collection.erase(List.of("id0")).records());
            while (collection.count() == before && !erased.isDone()) {
                Thread.onSpinWait();
            }
            // the erasure now looks for the record in the segments; give it the time to give up, which it must not
            CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS).execute(disk.released::countDown);
            assertEquals(1, erased.get(120, TimeUnit.SECONDS));
            assertEquals(0, collection.stats().deletedRecords());
        } finally {
            disk.released.countDown();
        }
    }
}
