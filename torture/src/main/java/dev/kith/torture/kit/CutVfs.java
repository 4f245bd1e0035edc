package dev.kith.torture.kit;

import dev.kith.storage.FileAccessException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsLock;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// The platform's file system until it is cut: from then on every change is refused, as if the process had been killed at
/// that moment. Reading, and giving the lock back, go on.
public final class CutVfs implements Vfs {
    private final Vfs local = Vfs.local();
    private volatile boolean cut;

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
        local.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws StorageException {
        return local.list(directory);
    }

    @Override
    public boolean exists(Path path) throws StorageException {
        return local.exists(path);
    }

    @Override
    public long size(Path path) throws StorageException {
        return local.size(path);
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        ensureWhole(path);
        VfsFile file = local.openWrite(path, mode);
        return new VfsFile() {
            @Override
            public void write(ByteBuffer bytes) throws StorageException {
                ensureWhole(path);
                file.write(bytes);
            }

            @Override
            public long position() {
                return file.position();
            }

            @Override
            public void truncate(long size) throws StorageException {
                ensureWhole(path);
                file.truncate(size);
            }

            @Override
            public void force(boolean metadata) throws StorageException {
                ensureWhole(path);
                file.force(metadata);
            }

            @Override
            public void close() throws StorageException {
                file.close();
            }
        };
    }

    @Override
    public VfsReader openRead(Path path) throws StorageException {
        return local.openRead(path);
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        return local.readAll(path, maxBytes);
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        return local.map(path, arena);
    }

    @Override
    public void rename(Path from, Path to) throws StorageException {
        ensureWhole(from);
        local.rename(from, to);
    }

    @Override
    public void delete(Path path) throws StorageException {
        ensureWhole(path);
        local.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        ensureWhole(directory);
        local.syncDirectory(directory);
    }

    @Override
    public VfsLock lock(Path path) throws StorageException {
        return local.lock(path);
    }
}
