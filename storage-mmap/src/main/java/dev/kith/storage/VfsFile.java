package dev.kith.storage;

import java.nio.ByteBuffer;

/// A file open for writing. Used by one thread at a time. Nothing written is durable before [#force] has returned.
public interface VfsFile extends AutoCloseable {
    /// Appends all remaining bytes of the buffer at [#position()]; never returns after a part of them.
    ///
    /// @throws NoSpaceException if the disk is full; an unknown part of the bytes may have been appended, which
    ///                          [#truncate] takes back
    void write(ByteBuffer bytes) throws StorageException;

    /// Where the next byte goes, which is the length of the file.
    long position();

    /// Cuts the file to `size` bytes, at most [#position()], and goes on writing there.
    void truncate(long size) throws StorageException;

    /// Returns when all bytes written are on stable storage. After an exception nothing is known about them and forcing
    /// again proves nothing.
    ///
    /// @param metadata false leaves out what is not needed to read the bytes back, such as times
    void force(boolean metadata) throws StorageException;

    /// Closes without forcing.
    @Override
    void close() throws StorageException;
}
