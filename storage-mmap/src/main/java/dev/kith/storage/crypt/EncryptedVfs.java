package dev.kith.storage.crypt;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Predicate;

/// A file system whose files are encrypted on the way to another: AES-256-GCM in blocks of 64 KiB, each file under a key of its own
/// derived from the [DataKey] and a random salt in the file's header, the block's number in the nonce, the last block marked as the
/// last. So a changed, exchanged, appended or missing byte is noticed before anything is believed. The layout is in
/// `docs/format/encryption.md`.
///
/// Names, lengths and times are not hidden. Nothing is ever mapped; mapping gives decrypted memory. A file is written once from its
/// beginning: after it was forced or closed it cannot grow or shrink.
public final class EncryptedVfs extends ForwardingVfs {
    static final String FILE_LABEL = "kith file";

    private final DataKey key;
    private final Predicate<Path> plain;

    /// @param plain the files that are left as they are
    public EncryptedVfs(Vfs target, DataKey key, Predicate<Path> plain) {
        super(target);
        this.key = key;
        this.plain = plain;
    }

    @Override
    public long size(Path path) throws StorageException {
        long bytes = super.size(path);
        return plain.test(path) ? bytes : BlockLayout.plainBytes(bytes);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the file returned closes its target
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        VfsFile file = super.openWrite(path, mode);
        if (plain.test(path)) {
            return file;
        }
        try {
            return switch (mode) {
                case CREATE_NEW -> new EncryptedFile(path.toString(), file, key);
                case APPEND -> new EncryptedFile(path.toString(), file);
            };
        } catch (StorageException | RuntimeException | Error failure) {
            try {
                file.close();
            } catch (StorageException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    @Override
    public VfsReader openRead(Path path) throws StorageException {
        VfsReader reader = super.openRead(path);
        if (plain.test(path)) {
            return reader;
        }
        try {
            return new EncryptedReader(path.toString(), reader, key);
        } catch (StorageException | RuntimeException | Error failure) {
            try {
                reader.close();
            } catch (StorageException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        if (plain.test(path)) {
            return super.readAll(path, maxBytes);
        }
        try (VfsReader reader = openRead(path)) {
            if (reader.size() > maxBytes) {
                throw new CorruptFileException(path.toString(), 0, "file length", "at most " + maxBytes,
                        Long.toString(reader.size()));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) reader.size());
            reader.readFully(bytes, 0);
            return bytes.array();
        }
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        return plain.test(path) ? super.map(path, arena) : load(path, arena);
    }
}
