package dev.kith.bench.trial;

import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.ForwardingVfsFile;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// The platform's files on a disk made slower: every sync of a file takes so much longer.
final class SlowDisk extends ForwardingVfs {
    private final long nanos;

    /// @param micros that a sync takes longer
    SlowDisk(long micros) {
        super(Vfs.local());
        this.nanos = micros * 1_000;
    }

    /// Sleeps as long as a sync is made to take longer.
    void delay() {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        return new ForwardingVfsFile(super.openWrite(path, mode)) {
            @Override
            public void force(boolean metadata) throws StorageException {
                super.force(metadata);
                delay();
            }
        };
    }
}
