package dev.kith.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Says beside the log how far the log is on stable storage, so that damage to its very end is told from an end that a
/// crash left: what is acknowledged is known in two places. The records themselves vouch only for those before them, and
/// what vouches for the last one goes with it when a file is cut or lost.
///
/// The file `DURABLE` is a row of [entries][LogWitnessEntry], each written after the force that makes it true and before
/// anyone is told; it is itself not forced, so a power cut may take the newest ones. True once, an entry stays true: the
/// largest counts. The file may be deleted at any time by whoever wants what a damaged log still holds.
///
/// Used by one thread at a time.
final class LogWitness {
    static final String NAME = "DURABLE";
    /// Length at which the file begins anew.
    static final int MAX_BYTES = 1 << 16;

    private final Vfs vfs;
    private final Path path;
    private final UUID storeId;
    private @Nullable VfsFile file;
    private long said;

    /// @param known what needs no witness: it is on stable storage elsewhere
    LogWitness(Vfs vfs, Path folder, UUID storeId, long known) {
        this.vfs = vfs;
        this.path = folder.resolve(NAME);
        this.storeId = storeId;
        this.said = known;
    }

    /// The largest sequence that the witness of a log says was durable; 0 if it says nothing.
    ///
    /// @throws CorruptFileException       if the file is longer than any that was ever written
    /// @throws UnsupportedFormatException if a newer release wrote it
    static long read(Vfs vfs, Path folder, UUID storeId) throws StorageException {
        Path path = folder.resolve(NAME);
        if (!vfs.exists(path)) {
            return 0;
        }
        byte[] bytes = vfs.readAll(path, MAX_BYTES);
        long durable = 0;
        for (int at = 0; at <= bytes.length - LogWitnessEntry.BYTES; at += LogWitnessEntry.BYTES) {
            durable = Math.max(durable, LogWitnessEntry.decode(bytes, at, storeId, StorageException.nameOf(path)));
        }
        return durable;
    }

    /// Writes that every record up to `sequence` is on stable storage, if that is news. On a full disk it goes unsaid until
    /// the next time.
    void say(long sequence) throws StorageException {
        if (sequence <= said) {
            return;
        }
        try {
            VfsFile open = open();
            long end = open.position();
            if (end % LogWitnessEntry.BYTES != 0 || end > MAX_BYTES - LogWitnessEntry.BYTES) {
                open.truncate(0);
                end = 0;
            }
            append(open, end, LogWitnessEntry.encode(storeId, sequence));
            said = sequence;
        } catch (NoSpaceException full) {
            // The records are safe, and the log itself vouches for them as soon as another one follows.
            return;
        }
    }

    private static void append(VfsFile open, long end, byte[] entry) throws StorageException {
        try {
            open.write(ByteBuffer.wrap(entry));
        } catch (NoSpaceException full) {
            open.truncate(end);
            throw full;
        }
    }

    private VfsFile open() throws StorageException {
        VfsFile open = file;
        if (open == null) {
            open = vfs.openWrite(path, vfs.exists(path) ? WriteMode.APPEND : WriteMode.CREATE_NEW);
            file = open;
        }
        return open;
    }

    void close() throws StorageException {
        if (file != null) {
            file.close();
        }
    }
}
