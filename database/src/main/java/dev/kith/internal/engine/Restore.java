package dev.kith.internal.engine;

import dev.kith.SnapshotReport;
import dev.kith.internal.format.SnapshotManifest.Entry;
import dev.kith.internal.format.SnapshotManifest;
import dev.kith.storage.FileExistsException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/// Makes a database out of a snapshot, or checks one. Nothing of the snapshot is believed before it agrees with its manifest, and
/// nothing outside the two folders is touched whatever the manifest says.
final class Restore {
    private Restore() {}

    /// Compares every file of a snapshot with its manifest.
    static SnapshotReport check(Vfs vfs, Path snapshot) throws StorageException {
        SnapshotFiles files = new SnapshotFiles(vfs);
        SnapshotManifest manifest = files.manifest(snapshot);
        for (Entry entry : manifest.files()) {
            files.check(snapshot, entry, null);
        }
        return report(snapshot, manifest);
    }

    /// Copies a snapshot to a folder that is not there yet or empty; it has its name when all of it is checked and on stable storage.
    static SnapshotReport restore(Vfs vfs, Path snapshot, Path target) throws StorageException {
        SnapshotFiles files = new SnapshotFiles(vfs);
        SnapshotManifest manifest = files.manifest(snapshot);
        if (vfs.exists(target)) {
            if (!vfs.list(target).isEmpty()) {
                throw new FileExistsException(target.toString(), "a snapshot is restored to an empty folder or a new one", null);
            }
            vfs.delete(target);
        }
        Path parent = Objects.requireNonNull(target.getParent());
        vfs.createDirectories(parent);
        Path unfinished = target.resolveSibling(target.getFileName() + SnapshotFiles.UNFINISHED);
        if (vfs.exists(unfinished)) {
            files.deleteTree(unfinished);
        }
        vfs.createDirectories(unfinished);
        try {
            Set<Path> folders = new LinkedHashSet<>();
            for (Entry entry : manifest.files()) {
                Path to = unfinished.resolve(entry.path());
                Path folder = Objects.requireNonNull(to.getParent());
                if (folders.add(folder)) {
                    vfs.createDirectories(folder);
                }
                files.check(snapshot, entry, to);
            }
            for (Path folder : folders) {
                vfs.syncDirectory(folder);
                vfs.syncDirectory(Objects.requireNonNull(folder.getParent()));
            }
            vfs.rename(unfinished, target);
            vfs.syncDirectory(parent);
        } catch (StorageException | RuntimeException | Error failure) {
            try {
                if (vfs.exists(unfinished)) {
                    files.deleteTree(unfinished);
                }
            } catch (StorageException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
        return report(target, manifest);
    }

    private static SnapshotReport report(Path folder, SnapshotManifest manifest) {
        return new SnapshotReport(folder, manifest.files().size(), manifest.files().stream().mapToLong(Entry::bytes).sum(), 0);
    }
}
