package dev.kith.storage.fault;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.FileExistsException;
import dev.kith.storage.FileAccessException;
import dev.kith.storage.FolderLockedException;
import dev.kith.storage.MissingFileException;
import dev.kith.storage.StorageClosedException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsLock;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A disk in memory that remembers every change. From what it remembers, [#killedAt] makes the disk as the next process
/// finds it when this one is killed between two changes, and [PowerCuts] makes the disks that a power cut there could
/// leave: POSIX promises the content of a file only once it is forced, and an entry of a folder only once the folder is
/// synced, so everything else may be there, be missing, or be there in part.
///
/// Folders exist under one root, which is always there. Safe for many threads.
public final class CrashVfs implements Vfs {
    private final Path root;
    /// What was on stable storage before the first operation remembered.
    private final DiskImage base;
    private final DiskImage live;
    private final List<DiskOperation> operations;
    private final Set<Path> locks = new HashSet<>();
    private int nextFile;

    /// An empty disk whose only folder is `root`.
    public CrashVfs(Path root) {
        this(root, new DiskImage(), List.of(), 0);
    }

    CrashVfs(Path root, DiskImage base, List<DiskOperation> operations, int nextFile) {
        this.root = normal(root);
        this.base = base;
        this.operations = new ArrayList<>();
        this.live = base.copy();
        this.nextFile = nextFile;
        operations.forEach(operation -> replay(this.live, operation));
        this.operations.addAll(operations);
    }

    /// Everything done so far.
    public synchronized List<DiskOperation> operations() {
        return List.copyOf(operations);
    }

    /// Puts a note among the operations.
    public synchronized void mark(Object label) {
        operations.add(new DiskOperation.Mark(label));
    }

    /// The disk after the first `count` operations as a process started now sees it. What was not on stable storage is
    /// visible but still is not, so a power cut later can take it away. The new disk remembers on.
    public synchronized CrashVfs killedAt(int count) {
        return new CrashVfs(root, base, operations.subList(0, count), nextFile);
    }

    synchronized DiskImage base() {
        return base.copy();
    }

    synchronized int nextFile() {
        return nextFile;
    }

    Path root() {
        return root;
    }

    static void replay(DiskImage image, DiskOperation operation) {
        if (operation instanceof DiskOperation.Rename(Path from, Path to)) {
            image.rename(from, to, Objects.requireNonNull(image.entry(from)));
        } else {
            image.apply(operation);
        }
    }

    private void record(DiskOperation operation) {
        replay(live, operation);
        operations.add(operation);
    }

    @Override
    public synchronized void createDirectories(Path directory) throws StorageException {
        Path path = normal(directory);
        if (path.equals(root) || !path.startsWith(root) && root.startsWith(path)) {
            return;
        }
        if (!path.startsWith(root)) {
            throw new FileAccessException(path.toString(), "outside of " + root, null);
        }
        Integer entry = live.entry(path);
        if (entry == null) {
            createDirectories(Objects.requireNonNull(path.getParent()));
            record(new DiskOperation.CreateDirectory(path));
        } else if (entry != DiskImage.DIRECTORY) {
            throw new FileExistsException(path.toString(), "a file is there", null);
        }
    }

    @Override
    public synchronized List<String> list(Path directory) throws StorageException {
        Path path = requireDirectory(directory);
        return live.entries().keySet().stream().filter(entry -> path.equals(entry.getParent()))
                .map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return normal(path).equals(root) || live.entry(normal(path)) != null;
    }

    @Override
    public synchronized long size(Path path) throws StorageException {
        return live.content(requireFile(path)).length();
    }

    @Override
    public synchronized VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        Path place = normal(path);
        return switch (mode) {
            case CREATE_NEW -> {
                requireDirectory(Objects.requireNonNull(place.getParent()));
                if (live.entry(place) != null) {
                    throw new FileExistsException(place.toString(), "exists already", null);
                }
                int file = nextFile++;
                record(new DiskOperation.CreateFile(place, file));
                yield new CrashFile(place, file);
            }
            case APPEND -> new CrashFile(place, requireFile(place));
        };
    }

    @Override
    public synchronized VfsReader openRead(Path path) throws StorageException {
        int file = requireFile(path);
        int size = live.content(file).length();
        return new VfsReader() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void readFully(ByteBuffer into, long offset) throws StorageException {
                byte[] content = content(file);
                if (offset < 0 || offset > content.length || into.remaining() > content.length - offset) {
                    throw new CorruptFileException(path.toString(), offset, "file length",
                            "at least " + (offset + into.remaining()),
                            Integer.toString(content.length));
                }
                into.put(content, (int) offset, into.remaining());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        byte[] content = content(requireFile(path));
        if (content.length > maxBytes) {
            throw new CorruptFileException(path.toString(), 0, "file length", "at most " + maxBytes,
                    Integer.toString(content.length));
        }
        return content;
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        byte[] content = content(requireFile(path));
        MemorySegment memory = arena.allocate(content.length, 64);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length);
        return memory.asReadOnly();
    }

    @Override
    public synchronized void rename(Path from, Path to) throws StorageException {
        Path source = normal(from);
        Path target = normal(to);
        requireFile(source);
        if (!Objects.equals(source.getParent(), target.getParent())) {
            throw new IllegalArgumentException("rename must stay in one folder: " + from + " -> " + to);
        }
        Integer replaced = live.entry(target);
        if (replaced != null && replaced == DiskImage.DIRECTORY) {
            throw new FileExistsException(target.toString(), "a folder is there", null);
        }
        record(new DiskOperation.Rename(source, target));
    }

    @Override
    public synchronized void delete(Path path) throws StorageException {
        Path place = normal(path);
        Integer entry = live.entry(place);
        if (entry == null) {
            throw new MissingFileException(place.toString(), "delete: no such file or folder", null);
        }
        if (entry == DiskImage.DIRECTORY && !list(place).isEmpty()) {
            throw new FileAccessException(place.toString(), "delete: folder is not empty", null);
        }
        record(new DiskOperation.Delete(place));
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws StorageException {
        Path path = normal(directory);
        if (root.startsWith(path) && !path.equals(root)) {
            return; // above the disk
        }
        record(new DiskOperation.SyncDirectory(requireDirectory(path)));
    }

    @Override
    public synchronized VfsLock lock(Path path) throws StorageException {
        Path place = normal(path);
        if (!locks.add(place)) {
            throw new FolderLockedException(place.toString(), "already open in this process", null);
        }
        if (live.entry(place) == null) {
            record(new DiskOperation.CreateFile(place, nextFile++));
        }
        return new VfsLock() {
            @Override
            public void ensureHeld() throws StorageException {
                synchronized (CrashVfs.this) {
                    if (!locks.contains(place)) {
                        throw new FolderLockedException(place.toString(), "the lock has been lost", null);
                    }
                }
            }

            @Override
            public void close() {
                synchronized (CrashVfs.this) {
                    locks.remove(place);
                }
            }
        };
    }

    private synchronized byte[] content(int file) {
        DiskImage.Content content = live.content(file);
        return content.copy(0, content.length());
    }

    private synchronized int requireFile(Path path) throws StorageException {
        Integer entry = live.entry(normal(path));
        if (entry == null) {
            throw new MissingFileException(path.toString(), "no such file or folder", null);
        }
        if (entry == DiskImage.DIRECTORY) {
            throw new FileAccessException(path.toString(), "is a folder", null);
        }
        return entry;
    }

    private Path requireDirectory(Path path) throws StorageException {
        Path place = normal(path);
        @Nullable Integer entry = live.entry(place);
        if (place.equals(root)) {
            return place;
        }
        if (entry == null) {
            throw new MissingFileException(place.toString(), "no such file or folder", null);
        }
        if (entry != DiskImage.DIRECTORY) {
            throw new FileAccessException(place.toString(), "is not a folder", null);
        }
        return place;
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /// A file of this disk open for writing.
    final class CrashFile implements VfsFile {
        private final Path path;
        private final int file;
        private boolean closed;

        CrashFile(Path path, int file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws StorageException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            synchronized (CrashVfs.this) {
                requireOpen();
                if (copy.length > 0) {
                    record(new DiskOperation.Write(file, live.content(file).length(), copy));
                }
            }
        }

        @Override
        public long position() {
            synchronized (CrashVfs.this) {
                return live.content(file).length();
            }
        }

        @Override
        public void truncate(long size) throws StorageException {
            synchronized (CrashVfs.this) {
                requireOpen();
                int length = live.content(file).length();
                if (size < 0 || size > length) {
                    throw new IllegalArgumentException("size must be in 0.." + length + ", was " + size);
                }
                record(new DiskOperation.Truncate(file, size));
            }
        }

        @Override
        public void force(boolean metadata) throws StorageException {
            synchronized (CrashVfs.this) {
                requireOpen();
                record(new DiskOperation.Force(file));
            }
        }

        /// A force that fails, with all it means for what was written.
        void failForce() {
            synchronized (CrashVfs.this) {
                record(new DiskOperation.FailedForce(file));
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        private void requireOpen() throws StorageException {
            if (closed) {
                throw new StorageClosedException(path.toString(), "used after close", null);
            }
        }
    }
}
