package dev.kith.storage;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A file of [LocalVfs] open for writing.
final class LocalFile implements VfsFile {
    private final Path path;
    private final FileChannel channel;
    private long position;

    LocalFile(Path path, FileChannel channel, long position) {
        this.path = path;
        this.channel = channel;
        this.position = position;
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        LocalVfs.perform(path, "write at byte " + position, () -> {
            while (bytes.hasRemaining()) {
                position += channel.write(bytes); // a full disk or a signal may cut a write short
            }
        });
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void truncate(long size) throws StorageException {
        if (size < 0 || size > position) {
            throw new IllegalArgumentException("size must be in 0.." + position + ", was " + size);
        }
        LocalVfs.perform(path, "truncate to " + size, () -> {
            channel.truncate(size);
            channel.position(size);
            position = size;
        });
    }

    @Override
    public void force(boolean metadata) throws StorageException {
        LocalVfs.perform(path, "force", () -> {
            channel.force(metadata);
        });
    }

    @Override
    public void close() throws StorageException {
        LocalVfs.perform(path, "close", () -> {
            channel.close();
        });
    }
}
