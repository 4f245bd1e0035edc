package dev.kith.internal.engine;

import dev.kith.KeyProvider;
import dev.kith.WrongKeyException;
import dev.kith.internal.format.SealedBytes;
import dev.kith.internal.format.WrappedKey;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.crypt.DataKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The key of an encrypted database: made once, kept in the file `KEYS` in the form into which the caller's provider wrapped it.
final class Keys {
    /// The file.
    static final String FILE = "KEYS";
    private static final SealedBytes.Kind KIND = new SealedBytes.Kind("KITHKEYS", 1);
    private static final Set<String> PLAIN = Set.of("LOCK", FILE, FILE + SmallFiles.UNFINISHED);

    private Keys() {}

    /// Files that are not encrypted as files: the lock, the wrapped key, and the log, whose records are encrypted one by one.
    static boolean plain(Path file) {
        Path parent = file.getParent();
        return PLAIN.contains(String.valueOf(file.getFileName())) || parent != null && parent.endsWith("log");
    }

    /// The key of the database in a folder, or null if it is not encrypted.
    ///
    /// @param fresh whether there is no database yet; then the provider decides whether it will be encrypted
    static @Nullable DataKey open(Vfs vfs, Path folder, @Nullable KeyProvider provider, boolean fresh) throws StorageException {
        boolean there = vfs.exists(folder.resolve(FILE));
        if (provider == null) {
            if (there) {
                throw new WrongKeyException(folder + " is encrypted: open it with Safety.withKeys", null);
            }
            return null;
        }
        if (there) {
            return read(vfs, folder, provider);
        }
        if (!fresh) {
            throw new WrongKeyException(folder + " has no " + FILE
                    + " file: it is not encrypted, and is opened without a key provider, or that file was lost", null);
        }
        DataKey key = DataKey.random();
        write(vfs, folder, key, provider);
        return key;
    }

    private static DataKey read(Vfs vfs, Path folder, KeyProvider provider) throws StorageException {
        WrappedKey stored = SmallFiles.read(vfs, folder.resolve(FILE), KIND, WrappedKey::decode);
        byte[] unwrapped;
        try {
            unwrapped = provider.unwrap(stored.wrapped());
        } catch (Exception e) { // whatever the caller's provider throws
            throw new WrongKeyException("the key of " + folder + " could not be unwrapped: " + e, e);
        }
        if (unwrapped.length != DataKey.BYTES) {
            throw new WrongKeyException("the key of " + folder + " must have " + DataKey.BYTES + " bytes, the provider gave "
                    + unwrapped.length, null);
        }
        DataKey key = new DataKey(unwrapped);
        Arrays.fill(unwrapped, (byte) 0);
        if (!key.matches(stored.check())) {
            throw new WrongKeyException("the key provider gave another key than that of " + folder, null);
        }
        return key;
    }

    /// Wraps the key and replaces the file in one step.
    static void write(Vfs vfs, Path folder, DataKey key, KeyProvider provider) throws StorageException {
        byte[] bytes = key.bytes();
        byte[] wrapped;
        try {
            wrapped = provider.wrap(bytes);
        } catch (Exception e) { // whatever the caller's provider throws
            throw new WrongKeyException("the key of " + folder + " could not be wrapped: " + e, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        if (wrapped.length < 1 || wrapped.length > WrappedKey.MAX_WRAPPED_BYTES) {
            throw new WrongKeyException(
                    "a wrapped key must have 1 to " + WrappedKey.MAX_WRAPPED_BYTES + " bytes, the provider gave "
                            + wrapped.length,
                    null);
        }
        SmallFiles.replace(vfs, folder.resolve(FILE), KIND, new WrappedKey(key.check(), wrapped).encode());
    }
}
