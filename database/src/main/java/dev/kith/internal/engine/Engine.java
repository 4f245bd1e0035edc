package dev.kith.internal.engine;

import dev.kith.Database;
import dev.kith.DatabaseEngine;
import dev.kith.Options;
import dev.kith.SnapshotReport;
import dev.kith.storage.Vfs;
import java.nio.file.Path;

/// What [dev.kith.Kith] finds: databases on the platform's file system.
public final class Engine implements DatabaseEngine {
    /// For `ServiceLoader`.
    public Engine() {}

    @Override
    public Database open(Path folder, Options options) {
        return EngineDatabase.open(Vfs.local(), folder, options);
    }

    @Override
    public SnapshotReport restore(Path snapshot, Path folder) {
        Path from = snapshot.toAbsolutePath().normalize();
        Path to = folder.toAbsolutePath().normalize();
        return OwnThreads.call("kith-restore", () -> Restore.restore(Vfs.local(), from, to));
    }

    @Override
    public SnapshotReport verifySnapshot(Path snapshot) {
        Path from = snapshot.toAbsolutePath().normalize();
        return OwnThreads.call("kith-verify-snapshot", () -> Restore.check(Vfs.local(), from));
    }
}
