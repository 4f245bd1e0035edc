package dev.kith.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// The one door to the file system. Everything a store does to its folder goes through it, Lucene's files too, so that a
/// test can put a recording, crashing or failing one in its place and see every commit, rename and directory sync.
///
/// Every method throws a [StorageException] that names the path. Safe for many threads.
///
/// An interrupt that arrives *while* a write, a force or a directory sync is under way fails that operation; one that is
/// pending beforehand is held back until it is over. So these three belong on threads that no caller can interrupt.
/// Reading, mapping and locking can be done by any thread.
public interface Vfs {
    /// The file system of the platform.
    static Vfs local() {
        return LocalVfs.INSTANCE;
    }

    /// Creates the folder and those above it where absent. New entries are durable after [#syncDirectory] of each parent.
    void createDirectories(Path directory) throws StorageException;

    /// The plain names of all files and folders in a folder, sorted.
    List<String> list(Path directory) throws StorageException;

    /// Whether a file or folder is there. A path that cannot be looked at is an error, not an absent one.
    boolean exists(Path path) throws StorageException;

    /// Length of a file in bytes.
    long size(Path path) throws StorageException;

    /// Opens a file for writing at its end.
    VfsFile openWrite(Path path, WriteMode mode) throws StorageException;

    /// Opens a file for reading.
    VfsReader openRead(Path path) throws StorageException;

    /// The whole content of a small file.
    ///
    /// @param maxBytes the caller's bound; a longer file is refused with a [CorruptFileException] before anything is allocated
    byte[] readAll(Path path, int maxBytes) throws StorageException;

    /// Maps a whole file for reading. The memory is valid until the arena closes. Reading a page that the disk cannot
    /// deliver, or that was cut off since, throws `InternalError`.
    MemorySegment map(Path path, Arena arena) throws StorageException;

    /// The whole content of a file in memory outside the heap, never mapped. Valid until the arena closes.
    default MemorySegment load(Path path, Arena arena) throws StorageException {
        try (VfsReader reader = openRead(path)) {
            MemorySegment bytes = arena.allocate(Math.max(1, reader.size()), 64).asSlice(0, reader.size());
            long chunk = 1 << 20;
            for (long at = 0; at < bytes.byteSize(); at += chunk) {
                reader.readFully(bytes.asSlice(at, Math.min(chunk, bytes.byteSize() - at)).asByteBuffer(), at);
            }
            return bytes;
        }
    }

    /// Gives a file a second name, which shares its bytes. Only for files that are never written again. Durable after
    /// [#syncDirectory].
    ///
    /// @return false if the file system cannot do that between these two places; nothing has happened then
    default boolean link(Path existing, Path name) throws StorageException {
        return false;
    }

    /// Gives a file another name in the same folder, replacing what has that name, in one step that a crash cannot split.
    /// Durable after [#syncDirectory].
    void rename(Path from, Path to) throws StorageException;

    /// Deletes a file, or an empty folder. Durable after [#syncDirectory].
    void delete(Path path) throws StorageException;

    /// Returns when all entries created, renamed and deleted in the folder are on stable storage.
    void syncDirectory(Path directory) throws StorageException;

    /// Takes the exclusive lock that `path` stands for, creating that file where absent.
    ///
    /// @throws FolderLockedException if anyone holds it, in this process or another
    VfsLock lock(Path path) throws StorageException;
}
