package dev.kith.internal.engine;

import dev.kith.CorruptDatabaseException;
import dev.kith.UnsupportedVersionException;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.format.SealedBytes;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/// Reads and replaces the small sealed files: catalog and schemas.
final class SmallFiles {
    /// The catalog of a database.
    static final SealedBytes.Kind CATALOG = new SealedBytes.Kind("KITHCTLG", 1);
    /// The schema of a collection.
    static final SealedBytes.Kind SCHEMA = new SealedBytes.Kind("KITHSCHM", 1);
    /// What a file being written is called until it is whole.
    static final String UNFINISHED = ".tmp";

    private SmallFiles() {}

    /// A decoder of a body.
    interface Parser<T> {
        T parse(ByteBuffer body) throws MalformedBytesException;
    }

    /// Reads and decodes a file.
    static <T> T read(Vfs vfs, Path file, SealedBytes.Kind kind, Parser<T> parser) throws StorageException {
        byte[] bytes = vfs.readAll(file, SealedBytes.MAX_BYTES);
        ByteBuffer body;
        try {
            body = SealedBytes.open(kind, bytes);
        } catch (SealedBytes.VersionException e) {
            throw new UnsupportedVersionException(file.toString(), e.found(), kind.version());
        } catch (MalformedBytesException e) {
            throw new CorruptDatabaseException(file.toString(), e.offset(), e.expected(), e.found(), e);
        }
        try {
            return parser.parse(body);
        } catch (MalformedBytesException e) {
            throw new CorruptDatabaseException(file.toString(), 16 + e.offset(), e.expected(), e.found(), e);
        }
    }

    /// Replaces a file in one step that a crash cannot split; durable on return.
    static void replace(Vfs vfs, Path file, SealedBytes.Kind kind, byte[] body) throws StorageException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        if (vfs.exists(unfinished)) {
            vfs.delete(unfinished);
        }
        try (VfsFile out = vfs.openWrite(unfinished, WriteMode.CREATE_NEW)) {
            out.write(ByteBuffer.wrap(SealedBytes.seal(kind, body)));
            out.force(true);
        }
        vfs.rename(unfinished, file);
        vfs.syncDirectory(Objects.requireNonNull(file.getParent()));
    }
}
