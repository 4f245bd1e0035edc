package dev.kith.internal.engine;

import dev.kith.Options;
import dev.kith.Safety;
import dev.kith.internal.index.MemoryBudget;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.storage.Vfs;
import dev.kith.storage.crypt.RecordSealer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a collection's engine is opened with.
///
/// @param folder of the collection
/// @param storeId of this collection's log and index; files of another collection or database are refused
/// @param sealer encrypts the records of the log; null if the database is not encrypted
/// @param memory of the database, which its collections share
/// @param accelerators where batch work may be sent
/// @param clock by which records end
record Setup(Vfs vfs, Path folder, String name, UUID storeId, NumberedSchema schema, Options options,
        Accelerators accelerators, @Nullable RecordSealer sealer, MemoryBudget memory, InstantSource clock) {
    /// Whether Lucene maps its files.
    boolean mapped() {
        return options.safety().reading() == Safety.Reading.MAPPED && options.safety().keys() == null;
    }

    /// This with another schema.
    Setup with(NumberedSchema other) {
        return new Setup(vfs, folder, name, storeId, other, options, accelerators, sealer, memory, clock);
    }

    Path log() {
        return folder.resolve("log");
    }

    Path index() {
        return folder.resolve("index");
    }

    Path schemaFile() {
        return folder.resolve("SCHEMA");
    }
}
