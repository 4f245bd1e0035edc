package dev.kith.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The log file that grows. It is made under a temporary name and gets its own only when its header is on stable storage,
/// so a log file with an unreadable header is a damaged one, never a half-made one. Used by one thread at a time.
final class LogFileWriter {
    private static final int WRITE_BYTES = 1 << 20;

    private final Vfs vfs;
    private final Path folder;
    private final LogFileHeader header;
    private final VfsFile file;
    private final byte[] salt;
    private int chain;

    private LogFileWriter(Vfs vfs, Path folder, LogFileHeader header, VfsFile file) {
        this.vfs = vfs;
        this.folder = folder;
        this.header = header;
        this.file = file;
        this.salt = LogRecordHeader.salt(header.storeId(), header.logNumber());
        this.chain = header.crc();
    }

    /// Creates the file under its temporary name and writes the header.
    ///
    /// @param probeBytes space the disk must have beyond the header for this to succeed
    static LogFileWriter create(Vfs vfs, Path folder, LogFileHeader header, int probeBytes) throws StorageException {
        Path temporary = folder.resolve(LogFileName.temporary(header.logNumber()));
        if (vfs.exists(temporary)) {
            vfs.delete(temporary);
        }
        VfsFile file = vfs.openWrite(temporary, WriteMode.CREATE_NEW);
        LogFileWriter writer = new LogFileWriter(vfs, folder, header, file);
        try {
            file.write(ByteBuffer.wrap(header.encode()));
            if (probeBytes > 0) {
                file.write(ByteBuffer.allocate(probeBytes));
                file.truncate(LogFileHeader.BYTES);
            }
            return writer;
        } catch (StorageException | RuntimeException | Error failure) {
            writer.abandon(failure);
            throw failure;
        }
    }

    /// Forces what was written so far and gives the file its name, for good.
    void publish() throws StorageException {
        force(true);
        Path temporary = folder.resolve(LogFileName.temporary(header.logNumber()));
        certain("rename", () -> vfs.rename(temporary, path()));
        certain("sync folder", () -> vfs.syncDirectory(folder));
    }

    /// Closes and deletes an unpublished file after `failure`.
    void abandon(Throwable failure) {
        try {
            file.close();
            vfs.delete(folder.resolve(LogFileName.temporary(header.logNumber())));
        } catch (StorageException second) {
            failure.addSuppressed(second);
        }
    }

    /// Writes all records of the group.
    void append(LogGroup group, long durableSequence) throws StorageException {
        int next = group.seal(salt, durableSequence, chain);
        for (int from = 0; from < group.usedBytes(); from += WRITE_BYTES) {
            file.write(group.content(from, Math.min(group.usedBytes(), from + WRITE_BYTES)));
        }
        chain = next;
    }

    /// Writes a record that only says how far the log is on stable storage.
    void appendMarker(long lastSequence, long durableSequence) throws StorageException {
        byte[] marker = new byte[LogRecordHeader.FRAME_BYTES];
        int next = new LogRecordHeader(0, LogRecordHeader.MARKER, lastSequence, durableSequence, chain).seal(marker, 0, salt);
        file.write(ByteBuffer.wrap(marker));
        chain = next;
    }

    void force(boolean metadata) throws StorageException {
        certain("force", () -> file.force(metadata));
    }

    /// Takes back what was written after `position`, where the chain stood at `chainThere`.
    void retreat(long position, int chainThere) throws StorageException {
        file.truncate(position);
        force(true);
        chain = chainThere;
    }

    /// Header of a file that follows this one, whose content is forced.
    LogFileHeader successor(long firstSequence) {
        return new LogFileHeader(header.storeId(), header.logNumber() + 1, firstSequence, file.position(), chain);
    }

    void close() throws StorageException {
        file.close();
    }

    long position() {
        return file.position();
    }

    int chain() {
        return chain;
    }

    long logNumber() {
        return header.logNumber();
    }

    Path path() {
        return folder.resolve(LogFileName.of(header.logNumber()));
    }

    /// An operation after whose failure nobody can know what is on disk.
    interface Operation {
        void run() throws StorageException;
    }

    private void certain(String what, Operation operation) throws StorageFailedException {
        try {
            operation.run();
        } catch (StorageException failure) {
            throw new StorageFailedException(StorageException.nameOf(path()), what + " failed: " + failure.getMessage(), failure);
        }
    }
}
