package dev.kith.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Passes everything on to another file system; the base of those that change something on the way.
public abstract class ForwardingVfs implements Vfs {
    private final Vfs target;

    /// @param target does the work
    protected ForwardingVfs(Vfs target) {
        this.target = target;
    }

    /// What does the work.
    protected final Vfs target() {
        return target;
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        target.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws StorageException {
        return target.list(directory);
    }

    @Override
    public boolean exists(Path path) throws StorageException {
        return target.exists(path);
    }

    @Override
    public long size(Path path) throws StorageException {
        return target.size(path);
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        return target.openWrite(path, mode);
    }

    @Override
    public VfsReader openRead(Path path) throws StorageException {
        return target.openRead(path);
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        return target.readAll(path, maxBytes);
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        return target.map(path, arena);
    }

    @Override
    public boolean link(Path existing, Path name) throws StorageException {
        return target.link(existing, name);
    }

    @Override
    public void rename(Path from, Path to) throws StorageException {
        target.rename(from, to);
    }

    @Override
    public void delete(Path path) throws StorageException {
        target.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        target.syncDirectory(directory);
    }

    @Override
    public VfsLock lock(Path path) throws StorageException {
        return target.lock(path);
    }
}
