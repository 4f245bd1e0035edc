package dev.kith.internal.engine;

import dev.kith.storage.NoSpaceException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Finds out whether there is room on a disk that was full, by taking some for a moment.
final class SpaceProbe {
    private static final String FILE = "SPACE.tmp";
    private static final int CHUNK_BYTES = 1 << 18;
    private static final long LEAST_BYTES = 1 << 20;
    private static final long MOST_BYTES = 64 << 20;

    private SpaceProbe() {}

    /// Whether about as much can be written as the log holds, which is what the next commit will write.
    static boolean hasRoom(Setup setup) throws StorageException {
        Vfs vfs = setup.vfs();
        long wanted = Math.clamp(CollectionStore.bytes(vfs, setup.log()), LEAST_BYTES, MOST_BYTES);
        Path probe = setup.folder().resolve(FILE);
        if (vfs.exists(probe)) {
            vfs.delete(probe);
        }
        try {
            try (VfsFile file = vfs.openWrite(probe, WriteMode.CREATE_NEW)) {
                for (long at = 0; at < wanted; at += CHUNK_BYTES) {
                    file.write(ByteBuffer.allocate(CHUNK_BYTES));
                }
            }
            return true;
        } catch (NoSpaceException full) {
            return false;
        } finally {
            if (vfs.exists(probe)) {
                vfs.delete(probe);
            }
        }
    }
}
