package dev.kith.internal.engine;

import dev.kith.Database;
import dev.kith.DatabaseEngine;
import dev.kith.Options;
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
}
