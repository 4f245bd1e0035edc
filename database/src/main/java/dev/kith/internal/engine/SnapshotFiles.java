package dev.kith.internal.engine;

import dev.kith.CorruptDatabaseException;
import dev.kith.internal.format.SealedBytes;
import dev.kith.internal.format.SnapshotManifest.Entry;
import dev.kith.internal.format.SnapshotManifest;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Copies, links and checks the files of snapshots. Works on the files as they lie on disk: those of an encrypted database stay
/// encrypted.
final class SnapshotFiles {
    /// The manifest of a snapshot; a folder that has one is a snapshot.
    static final String MANIFEST = "SNAPSHOT";
    static final SealedBytes.Kind KIND = new SealedBytes.Kind("KITHSNAP", 1);
    /// What a folder is called until it is whole.
    static final String UNFINISHED = ".kith-unfinished";
    private static final int CHUNK_BYTES = 1 << 20;

    private final Vfs vfs;

    SnapshotFiles(Vfs vfs) {
        this.vfs = vfs;
    }

    SnapshotManifest manifest(Path snapshot) throws StorageException {
        requireRegular(snapshot, MANIFEST);
        return SmallFiles.read(vfs, snapshot.resolve(MANIFEST), KIND, SnapshotManifest::decode);
    }

    /// Links or copies a file that is never written again; durable on return but for its name.
    ///
    /// @param known what an earlier snapshot says of the same file, or null
    /// @return its entry, and whether it was linked
    Placed place(Path from, Path to, String path, @Nullable Known known) throws StorageException {
        if (known != null && unchanged(from, known.entry())
                && (vfs.link(from, to) || vfs.link(known.file(), to))) {
            return new Placed(known.entry(), true);
        }
        if (vfs.link(from, to)) {
            return new Placed(read(from, path, null), true);
        }
        return new Placed(copy(from, to, path), false);
    }

    /// A file of an earlier snapshot.
    record Known(Path file, Entry entry) {}

    /// A file of a new snapshot.
    record Placed(Entry entry, boolean linked) {}

    /// Segment files are written once, and end in a checksum or, encrypted, in an authentication tag.
    private boolean unchanged(Path file, Entry entry) throws StorageException {
        if (vfs.size(file) != entry.bytes() || entry.tail().length == 0) {
            return false;
        }
        byte[] tail = new byte[entry.tail().length];
        try (VfsReader reader = vfs.openRead(file)) {
            reader.readFully(ByteBuffer.wrap(tail), reader.size() - tail.length);
        }
        return Arrays.equals(tail, entry.tail());
    }

    Entry copy(Path from, Path to, String path) throws StorageException {
        try (VfsFile out = vfs.openWrite(to, WriteMode.CREATE_NEW)) {
            Entry entry = read(from, path, out);
            out.force(true);
            return entry;
        }
    }

    /// Reads a file to its end, and writes it to another if one is given.
    Entry read(Path from, String path, @Nullable VfsFile out) throws StorageException {
        CRC32C crc = new CRC32C();
        byte[] tail;
        long size;
        try (VfsReader reader = vfs.openRead(from)) {
            size = reader.size();
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(1, size)));
            for (long at = 0; at < size; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
                reader.readFully(chunk, at);
                crc.update(chunk.flip());
                if (out != null) {
                    out.write(chunk.rewind());
                }
            }
            tail = new byte[(int) Math.min(Entry.TAIL_BYTES, size)];
            reader.readFully(ByteBuffer.wrap(tail), size - tail.length);
        }
        return new Entry(path, size, (int) crc.getValue(), tail);
    }

    /// Compares a file with its entry, and copies it if `to` is given.
    void check(Path snapshot, Entry entry, @Nullable Path to) throws StorageException {
        requireRegular(snapshot, entry.path());
        Path file = snapshot.resolve(entry.path());
        long bytes = vfs.size(file);
        if (bytes != entry.bytes()) {
            throw new CorruptDatabaseException(file.toString(), -1, entry.bytes() + " bytes", bytes + " bytes", null);
        }
        Entry found = to == null ? read(file, entry.path(), null) : copy(file, to, entry.path());
        if (found.crc32c() != entry.crc32c()) {
            throw new CorruptDatabaseException(file.toString(), -1, "CRC32C 0x" + Integer.toHexString(entry.crc32c()),
                    "0x" + Integer.toHexString(found.crc32c()), null);
        }
    }

    /// A snapshot from elsewhere may hold links that lead out of it; none is followed.
    private static void requireRegular(Path snapshot, String path) {
        Path at = snapshot;
        for (Path name : Path.of(path)) {
            at = at.resolve(name);
            if (Files.isSymbolicLink(at)) {
                throw new CorruptDatabaseException(at.toString(), -1, "a file of the snapshot itself", "a symbolic link", null);
            }
        }
        if (!Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
            throw new CorruptDatabaseException(at.toString(), -1, "the file", Files.exists(at, LinkOption.NOFOLLOW_LINKS)
                    ? "something that is not a file"
                    : "no such file", null);
        }
    }

    /// Deletes a folder that this library made.
    void deleteTree(Path path) throws StorageException {
        for (String name : vfs.list(path)) {
            Path child = path.resolve(name);
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                deleteTree(child);
            } else {
                vfs.delete(child);
            }
        }
        vfs.delete(path);
    }
}
