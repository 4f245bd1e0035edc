package dev.kith.internal.engine;

import dev.kith.storage.Vfs;
import dev.kith.storage.VfsLock;
import dev.kith.storage.crypt.DataKey;
import dev.kith.storage.crypt.EncryptedVfs;
import dev.kith.storage.crypt.RecordSealer;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How the files of a database are reached.
///
/// @param raw files as they lie on disk
/// @param vfs files as they are meant: decrypted, if the database is encrypted
/// @param folder of the database
/// @param lock over it
/// @param key null if the database is not encrypted
record DatabaseFiles(Vfs raw, Vfs vfs, Path folder, VfsLock lock, @Nullable DataKey key) {
    static DatabaseFiles of(Vfs raw, Path folder, VfsLock lock, @Nullable DataKey key) {
        return new DatabaseFiles(raw, key == null ? raw : new EncryptedVfs(raw, key, Keys::plain), folder, lock, key);
    }

    /// Encrypts the log of a store, or null.
    @Nullable
    RecordSealer sealer(UUID storeId) {
        return key == null ? null : new RecordSealer(key, storeId);
    }
}
