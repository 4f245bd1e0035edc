package dev.kith.storage;

import java.nio.ByteBuffer;

/// Passes everything on to another file; the base of those that change something on the way.
public abstract class ForwardingVfsFile implements VfsFile {
    private final VfsFile target;

    /// @param target does the work
    protected ForwardingVfsFile(VfsFile target) {
        this.target = target;
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        target.write(bytes);
    }

    @Override
    public long position() {
        return target.position();
    }

    @Override
    public void truncate(long size) throws StorageException {
        target.truncate(size);
    }

    @Override
    public void force(boolean metadata) throws StorageException {
        target.force(metadata);
    }

    @Override
    public void close() throws StorageException {
        target.close();
    }
}
