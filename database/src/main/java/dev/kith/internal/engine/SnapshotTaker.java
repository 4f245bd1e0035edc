package dev.kith.internal.engine;

import dev.kith.SnapshotReport;
import dev.kith.internal.engine.SnapshotFiles.Known;
import dev.kith.internal.engine.SnapshotFiles.Placed;
import dev.kith.internal.format.SnapshotManifest.Entry;
import dev.kith.internal.format.SnapshotManifest;
import dev.kith.storage.FileExistsException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes one snapshot: each collection commits, its commit is held while its files are linked or copied, and a fresh log is begun
/// behind it. The folder gets its name when all of it is on stable storage, so a snapshot under its own name is whole.
final class SnapshotTaker {
    private final Vfs vfs;
    private final SnapshotFiles files;
    private final Path target;
    private final Path unfinished;
    private final Map<String, Known> earlier = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Long> sequences = new TreeMap<>();
    private int linked;

    /// @param vfs the files as they lie on disk
    /// @param target absolute
    /// @param earlier a snapshot whose unchanged files are linked, or null
    SnapshotTaker(Vfs vfs, Path target, @Nullable Path earlier) throws StorageException {
        this.vfs = vfs;
        this.files = new SnapshotFiles(vfs);
        this.target = target;
        this.unfinished = target.resolveSibling(target.getFileName() + SnapshotFiles.UNFINISHED);
        if (earlier != null) {
            for (Entry entry : files.manifest(earlier).files()) {
                this.earlier.put(entry.path(), new Known(earlier.resolve(entry.path()), entry));
            }
        }
        if (vfs.exists(target)) {
            throw new FileExistsException(target.toString(), "a snapshot is put where nothing is yet", null);
        }
        if (vfs.exists(unfinished)) {
            files.deleteTree(unfinished); // of a snapshot that was cut short
        }
        vfs.createDirectories(unfinished);
    }

    /// Adds a collection.
    ///
    /// @param number of the collection in the catalog
    void add(int number, CollectionStore store) throws IOException {
        Segments.Pinned pinned = store.pin();
        try {
            String name = "c" + number;
            Path folder = unfinished.resolve(name);
            vfs.createDirectories(folder.resolve("index"));
            for (String file : pinned.files()) {
                place(store.setup().index().resolve(file), name + "/index/" + file);
            }
            place(store.setup().schemaFile(), name + "/SCHEMA");
            Path log = folder.resolve("log");
            vfs.createDirectories(log);
            WriteAheadLog.create(vfs, log, CollectionStore.logOptions(store.setup()), pinned.sequence()).close();
            for (String file : vfs.list(log)) {
                entries.add(files.read(log.resolve(file), name + "/log/" + file, null));
            }
            vfs.syncDirectory(log);
            vfs.syncDirectory(folder.resolve("index"));
            vfs.syncDirectory(folder);
            sequences.put(number, pinned.sequence());
        } finally {
            store.unpin(pinned);
        }
    }

    /// Adds a small file of the database's own folder.
    void addSmall(Path file) throws StorageException {
        String path = String.valueOf(file.getFileName());
        entries.add(files.copy(file, unfinished.resolve(path), path));
    }

    private void place(Path from, String path) throws StorageException {
        Placed placed = files.place(from, unfinished.resolve(path), path, earlier.get(path));
        entries.add(placed.entry());
        linked += placed.linked() ? 1 : 0;
    }

    /// Writes the manifest and gives the snapshot its name.
    SnapshotReport finish(UUID storeId, long epochMillis) throws StorageException {
        SnapshotManifest manifest = new SnapshotManifest(storeId, epochMillis, sequences, entries);
        SmallFiles.replace(vfs, unfinished.resolve(SnapshotFiles.MANIFEST), SnapshotFiles.KIND, manifest.encode());
        vfs.rename(unfinished, target);
        vfs.syncDirectory(Objects.requireNonNull(target.getParent()));
        long bytes = entries.stream().mapToLong(Entry::bytes).sum();
        return new SnapshotReport(target, entries.size(), bytes, linked);
    }

    /// Takes back what was made, after a failure.
    void abandon(Throwable failure) {
        try {
            if (vfs.exists(unfinished)) {
                files.deleteTree(unfinished);
            }
        } catch (StorageException second) {
            failure.addSuppressed(second);
        }
    }
}
