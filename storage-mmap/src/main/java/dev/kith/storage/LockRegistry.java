package dev.kith.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// All locks of [LocalVfs] in this process. POSIX drops every lock that a process holds on a file as soon as *any* of its
/// descriptors of that file is closed, so a lock file is opened once, through one channel that lives as long as the
/// lock, and nothing else of this library may open it meanwhile. Lock files are never deleted: two files of one name
/// could both be locked.
final class LockRegistry {
    private static final Map<Path, HeldLock> HELD = new HashMap<>();
    /// Channels whose lock another class loader of this process holds. Closing one would drop that lock, so they stay
    /// open, one per path, and serve the next attempt.
    private static final Map<Path, FileChannel> PARKED = new HashMap<>();

    private LockRegistry() {}

    static VfsLock lock(Path path) throws StorageException {
        Path real = realPath(path);
        synchronized (HELD) {
            if (HELD.containsKey(real)) {
                throw new FolderLockedException(StorageException.nameOf(real), "already open in this process", null);
            }
            HeldLock held = LocalVfs.reading(real, "lock", () -> acquire(real));
            HELD.put(real, held);
            return held;
        }
    }

    static void refuseIfLocked(Path path, String what) throws StorageException {
        synchronized (HELD) {
            if (HELD.isEmpty()) {
                return;
            }
            for (Path held : HELD.keySet()) {
                if (Objects.equals(held.getFileName(), path.getFileName()) && held.equals(realPath(path))) {
                    throw new FolderLockedException(StorageException.nameOf(held),
                            "a lock file in use cannot be opened to " + what, null);
                }
            }
        }
    }

    private static HeldLock acquire(Path real) throws IOException {
        FileChannel parked = PARKED.remove(real);
        FileChannel channel = parked != null && parked.isOpen()
                ? parked
                : FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException otherLoader) {
            PARKED.put(real, channel);
            throw new FolderLockedException(StorageException.nameOf(real),
                    "already open in this process, by another class loader",
                    otherLoader);
        } catch (IOException | RuntimeException | Error failure) {
            channel.close();
            throw failure;
        }
        if (lock == null) {
            String holder = holder(channel);
            channel.close();
            throw new FolderLockedException(StorageException.nameOf(real), "open in another process" + holder, null);
        }
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new HeldLock(real, channel, lock, fileKey(real));
        } catch (IOException | RuntimeException | Error failure) {
            channel.close();
            throw failure;
        }
    }

    /// What the holder wrote into the lock file, for the message only.
    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(40);
        int count = channel.read(text, 0);
        if (count <= 0) {
            return "";
        }
        String written = new String(text.array(), 0, count, StandardCharsets.US_ASCII).strip();
        return written.matches("process [0-9]{1,10}") ? " (" + written + ")" : "";
    }

    private static Path realPath(Path path) throws StorageException {
        return LocalVfs.guarded(path, "resolve", () -> {
            Path absolute = path.toAbsolutePath().normalize();
            Path folder = absolute.getParent();
            if (Files.exists(absolute)) {
                return absolute.toRealPath();
            }
            return folder == null || absolute.getFileName() == null
                    ? absolute
                    : folder.toRealPath().resolve(absolute.getFileName());
        });
    }

    private static Object fileKey(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return key == null ? attributes.creationTime() : key;
    }

    private static final class HeldLock implements VfsLock {
        private final Path real;
        private final FileChannel channel;
        private final FileLock lock;
        private final Object key;

        HeldLock(Path real, FileChannel channel, FileLock lock, Object key) {
            this.real = real;
            this.channel = channel;
            this.lock = lock;
            this.key = key;
        }

        @Override
        public void ensureHeld() throws StorageException {
            Object now = LocalVfs.guarded(real, "check lock", () -> fileKey(real));
            if (!lock.isValid() || !Objects.equals(key, now)) {
                throw new FolderLockedException(StorageException.nameOf(real), "the lock has been lost", null);
            }
        }

        @Override
        public void close() throws StorageException {
            synchronized (HELD) {
                if (HELD.remove(real, this)) {
                    LocalVfs.perform(real, "unlock", () -> {
                        channel.close(); // gives the lock back in the same step
                    });
                }
            }
        }
    }
}
