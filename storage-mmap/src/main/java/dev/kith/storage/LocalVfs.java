package dev.kith.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The platform's file system by way of [FileChannel].
final class LocalVfs implements Vfs {
    static final LocalVfs INSTANCE = new LocalVfs();

    private static final boolean WINDOWS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private LocalVfs() {}

    /// One call to the platform.
    interface Operation<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /// One call to the platform that answers nothing.
    interface Action {
        void run() throws IOException;
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        guarded(directory, "create folder", () -> Files.createDirectories(directory, ownerOnly("rwx------")));
    }

    @Override
    public List<String> list(Path directory) throws StorageException {
        return guarded(directory, "list folder", () -> {
            try (Stream<Path> entries = Files.list(directory)) {
                return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
            }
        });
    }

    @Override
    public boolean exists(Path path) throws StorageException {
        return guarded(path, "look at", () -> {
            try {
                Files.readAttributes(path, "size", LinkOption.NOFOLLOW_LINKS);
                return true;
            } catch (NoSuchFileException absent) {
                return false;
            }
        });
    }

    @Override
    public long size(Path path) throws StorageException {
        return guarded(path, "read size", () -> Files.size(path));
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        LockRegistry.refuseIfLocked(path, "write");
        return guarded(path, "open for writing", () -> {
            FileChannel channel = switch (mode) {
                case CREATE_NEW -> FileChannel.open(path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                        ownerOnly("rw-------"));
                case APPEND -> FileChannel.open(path, StandardOpenOption.WRITE);
            };
            try {
                long end = channel.size();
                channel.position(end);
                return new LocalFile(path, channel, end);
            } catch (IOException | RuntimeException | Error failure) {
                channel.close();
                throw failure;
            }
        });
    }

    @Override
    public VfsReader openRead(Path path) throws StorageException {
        LockRegistry.refuseIfLocked(path, "read");
        return LocalReader.open(path);
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        LockRegistry.refuseIfLocked(path, "read");
        long size = size(path);
        if (size > maxBytes) {
            throw new CorruptFileException(StorageException.nameOf(path), 0, "file length", "at most " + maxBytes,
                    Long.toString(size));
        }
        return reading(path, "read", () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ByteBuffer content = ByteBuffer.allocate((int) size);
                while (content.hasRemaining() && channel.read(content) >= 0) {}
                if (content.hasRemaining()) {
                    throw new IOException("file became shorter while it was read");
                }
                return content.array();
            }
        });
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        LockRegistry.refuseIfLocked(path, "map");
        return reading(path, "map", () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            }
        });
    }

    @Override
    public void rename(Path from, Path to) throws StorageException {
        LockRegistry.refuseIfLocked(to, "replace");
        if (!Objects.equals(from.toAbsolutePath().getParent(), to.toAbsolutePath().getParent())) {
            throw new IllegalArgumentException("rename must stay in one folder: " + from + " -> " + to);
        }
        guarded(from, "rename to " + to.getFileName(), () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public boolean link(Path existing, Path name) throws StorageException {
        LockRegistry.refuseIfLocked(existing, "link");
        return guarded(existing, "link as " + name, () -> {
            try {
                Files.createLink(name, existing);
                return true;
            } catch (UnsupportedOperationException without) {
                return false;
            } catch (NoSuchFileException | FileAlreadyExistsException | AccessDeniedException wrong) {
                throw wrong;
            } catch (FileSystemException otherDevice) {
                if (isOutOfSpace(otherDevice)) {
                    throw otherDevice;
                }
                return false; // another device, too many links, or a file system that has none: the caller copies
            }
        });
    }

    @Override
    public void delete(Path path) throws StorageException {
        LockRegistry.refuseIfLocked(path, "delete");
        perform(path, "delete", () -> {
            Files.delete(path);
        });
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        if (WINDOWS) {
            return; // a folder cannot be opened there, and NTFS journals its entries
        }
        perform(directory, "sync folder", () -> {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        });
    }

    @Override
    public VfsLock lock(Path path) throws StorageException {
        return LockRegistry.lock(path);
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return POSIX
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    /// Runs one operation with a pending interrupt held back until it is over, and types its failure.
    static <T extends @Nullable Object> T guarded(Path path, String what, Operation<T> operation) throws StorageException {
        boolean interrupted = Thread.interrupted();
        try {
            return operation.run();
        } catch (IOException failure) {
            throw typed(path, what, failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// [#guarded] for an operation without a result.
    static void perform(Path path, String what, Action action) throws StorageException {
        Boolean done = guarded(path, what, () -> {
            action.run();
            return Boolean.TRUE;
        });
        assert done;
    }

    /// Like [#guarded], but starts over when an interrupt closes the operation's own channel under it, which is safe
    /// only where nothing is changed.
    static <T> T reading(Path path, String what, Operation<T> operation) throws StorageException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return operation.run();
                } catch (ClosedByInterruptException again) {
                    interrupted = true;
                } catch (IOException failure) {
                    throw typed(path, what, failure);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static StorageException typed(Path path, String what, IOException failure) {
        String file = StorageException.nameOf(path);
        return switch (failure) {
            case StorageException known -> known;
            case NoSuchFileException absent -> new MissingFileException(file, what + ": no such file or folder", absent);
            case FileAlreadyExistsException present -> new FileExistsException(file, what + ": exists already", present);
            case AccessDeniedException denied -> new FileAccessException(file, what + ": permission denied", denied);
            default -> isOutOfSpace(failure)
                    ? new NoSpaceException(file, what + ": no space left", failure)
                    : new FileAccessException(file, what + " failed: " + failure.getMessage(), failure);
        };
    }

    private static boolean isOutOfSpace(IOException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded")
                || message.contains("not enough space on the disk");
    }
}
