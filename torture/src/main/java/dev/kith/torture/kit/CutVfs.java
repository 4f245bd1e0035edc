package dev.kith.torture.kit;

import dev.kith.storage.FileAccessException;
import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.ForwardingVfsFile;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The platform's file system until it is cut: from then on every change is refused, as if the process had been killed at
/// that moment. Reading, and giving the lock back, go on.
public final class CutVfs extends ForwardingVfs {
    private volatile boolean cut;

    /// Whole, as yet.
    public CutVfs() {
        super(Vfs.local());
    }

    /// Nothing is changed any more from now on.
    public void cut() {
        cut = true;
    }

    private void ensureWhole(Path path) throws StorageException {
        if (cut) {
            throw new FileAccessException(path.toString(), "cut off", null);
        }
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        ensureWhole(directory);
        super.createDirectories(directory);
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        ensureWhole(path);
        return new ForwardingVfsFile(super.openWrite(path, mode)) {
            @Override
            public void write(ByteBuffer bytes) throws StorageException {
                ensureWhole(path);
                super.write(bytes);
            }

            @Override
            public void truncate(long size) throws StorageException {
                ensureWhole(path);
                super.truncate(size);
            }

            @Override
            public void force(boolean metadata) throws StorageException {
                ensureWhole(path);
                super.force(metadata);
            }
        };
    }

    @Override
    public boolean link(Path existing, Path name) throws StorageException {
        ensureWhole(name);
        return super.link(existing, name);
    }

    @Override
    public void rename(Path from, Path to) throws StorageException {
        ensureWhole(from);
        super.rename(from, to);
    }

    @Override
    public void delete(Path path) throws StorageException {
        ensureWhole(path);
        super.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        ensureWhole(directory);
        super.syncDirectory(directory);
    }
}
