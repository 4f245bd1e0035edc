package dev.kith.storage;

import java.nio.ByteBuffer;

/// A file open for reading at any place. Safe for many threads at once.
public interface VfsReader extends AutoCloseable {
    /// Length of the file in bytes when it was opened.
    long size();

    /// Fills the buffer with the bytes at `offset`.
    ///
    /// @throws CorruptFileException if the file ends before the buffer is full
    void readFully(ByteBuffer into, long offset) throws StorageException;

    @Override
    void close() throws StorageException;
}
