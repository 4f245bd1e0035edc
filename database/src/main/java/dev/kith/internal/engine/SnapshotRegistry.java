package dev.kith.internal.engine;

import dev.kith.internal.format.SealedBytes;
import dev.kith.internal.format.SnapshotList;
import dev.kith.internal.format.SnapshotList.Taken;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/// Remembers where snapshots were put, and keeps taking one and erasing records apart. Thread-safe.
final class SnapshotRegistry {
    private static final String FILE = "SNAPSHOTS";
    private static final SealedBytes.Kind KIND = new SealedBytes.Kind("KITHSNPS", 1);

    private final Vfs vfs;
    private final Path folder;
    private final ReentrantLock lock = new ReentrantLock();

    SnapshotRegistry(Vfs vfs, Path folder) {
        this.vfs = vfs;
        this.folder = folder;
    }

    /// Runs what must not run beside another of its kind.
    <T> T exclusively(Callable<T> work) throws Exception {
        lock.lock();
        try {
            return work.call();
        } finally {
            lock.unlock();
        }
    }

    /// Remembers a snapshot; durable on return. Called before the snapshot gets its name, so that none is ever forgotten.
    void add(Path snapshot, long epochMillis) throws StorageException {
        List<Taken> kept = new ArrayList<>();
        for (Taken taken : list()) {
            if (vfs.exists(Path.of(taken.folder()))) {
                kept.add(taken);
            }
        }
        kept.add(new Taken(snapshot.toString(), epochMillis));
        SmallFiles.replace(vfs, folder.resolve(FILE), KIND, new SnapshotList(kept).encode());
    }

    /// The snapshots that are still where they were put.
    List<Path> existing() throws StorageException {
        List<Path> existing = new ArrayList<>();
        for (Taken taken : list()) {
            Path path = Path.of(taken.folder());
            if (vfs.exists(path)) {
                existing.add(path);
            }
        }
        return existing;
    }

    private List<Taken> list() throws StorageException {
        Path file = folder.resolve(FILE);
        return vfs.exists(file) ? SmallFiles.read(vfs, file, KIND, SnapshotList::decode).snapshots() : List.of();
    }
}
