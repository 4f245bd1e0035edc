package dev.kith.internal.engine;

import dev.kith.internal.format.Catalog;
import dev.kith.storage.LogOptions;
import dev.kith.storage.Vfs;
import dev.kith.storage.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/// Forges logs.
public final class ReplayFiles {
    private ReplayFiles() {}

    /// Appends a record of any content to the log of a collection of a closed database, whose checksums are right.
    ///
    /// @param number of the collection, from 1
    public static void append(Path database, int number, byte[] payload) throws IOException {
        UUID id = SmallFiles.read(Vfs.local(), database.resolve("CATALOG"), SmallFiles.CATALOG, Catalog::decode).storeId();
        UUID store = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + number);
        try (WriteAheadLog log = WriteAheadLog.open(Vfs.local(), database.resolve("c" + number).resolve("log"),
                LogOptions.of(store),
                0, (_, _) -> {})) {
            log.awaitForced(log.append(ByteBuffer.wrap(payload)));
        }
    }
}
