package dev.kith.torture.kit;

import dev.kith.storage.ForwardingVfs;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsLock;
import dev.kith.storage.WriteMode;
import dev.kith.storage.fault.CrashVfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Every change is made twice: to files, from which everything is read (Lucene maps them by itself), and to a [CrashVfs] of the
/// same paths, which remembers. Forcing and syncing are only remembered.
public final class MirrorVfs extends ForwardingVfs {
    private static final int MOST_BYTES = 1 << 28;
    private final CrashVfs memory;

    private MirrorVfs(CrashVfs memory) {
        super(Vfs.local());
        this.memory = memory;
    }

    /// Makes the files what the disk holds and mirrors from there.
    ///
    /// @param root the root of the disk, an existing folder
    public static MirrorVfs of(CrashVfs memory, Path root) throws IOException {
        write(memory, root);
        return new MirrorVfs(memory);
    }

    /// Makes a folder's files what a disk with that root holds.
    public static void write(CrashVfs disk, Path root) throws IOException {
        Folders.delete(root);
        copy(disk, root);
    }

    private static void copy(CrashVfs disk, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : disk.list(folder)) {
            Path path = folder.resolve(name);
            if (isFolder(disk, path)) {
                copy(disk, path);
            } else {
                Files.write(path, disk.readAll(path, MOST_BYTES));
            }
        }
    }

    private static boolean isFolder(CrashVfs disk, Path path) throws IOException {
        try {
            disk.list(path);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    /// What remembers.
    public CrashVfs memory() {
        return memory;
    }

    @Override
    public synchronized void createDirectories(Path directory) throws StorageException {
        memory.createDirectories(directory);
        super.createDirectories(directory);
    }

    @Override
    public synchronized VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        VfsFile file = super.openWrite(path, mode);
        VfsFile remembered = memory.openWrite(path, mode);
        return new VfsFile() {
            @Override
            public void write(ByteBuffer bytes) throws StorageException {
                synchronized (MirrorVfs.this) {
                    remembered.write(bytes.duplicate());
                    file.write(bytes);
                }
            }

            @Override
            public long position() {
                return file.position();
            }

            @Override
            public void truncate(long size) throws StorageException {
                synchronized (MirrorVfs.this) {
                    remembered.truncate(size);
                    file.truncate(size);
                }
            }

            @Override
            public void force(boolean metadata) throws StorageException {
                remembered.force(metadata);
            }

            @Override
            public void close() throws StorageException {
                remembered.close();
                file.close();
            }
        };
    }

    /// False: what remembers knows no links, and a copy made instead is remembered like any file.
    @Override
    public boolean link(Path existing, Path name) {
        return false;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws StorageException {
        memory.rename(from, to);
        super.rename(from, to);
    }

    @Override
    public synchronized void delete(Path path) throws StorageException {
        memory.delete(path);
        super.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        memory.syncDirectory(directory);
    }

    @Override
    public synchronized VfsLock lock(Path path) throws StorageException {
        VfsLock remembered = memory.lock(path);
        VfsLock held = super.lock(path);
        return new VfsLock() {
            @Override
            public void ensureHeld() throws StorageException {
                held.ensureHeld();
            }

            @Override
            public void close() throws StorageException {
                remembered.close();
                held.close();
            }
        };
    }
}
