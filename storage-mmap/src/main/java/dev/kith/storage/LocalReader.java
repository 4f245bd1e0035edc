package dev.kith.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of [LocalVfs] open for reading. An interrupt closes a channel for every thread that shares it; the reader then
/// opens the file again, so that nobody else notices.
final class LocalReader implements VfsReader {
    private final Path path;
    private final long size;
    private volatile FileChannel channel;
    private volatile boolean closed;

    private LocalReader(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    static LocalReader open(Path path) throws StorageException {
        return LocalVfs.reading(path, "open for reading", () -> {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new LocalReader(path, channel, channel.size());
            } catch (IOException | RuntimeException | Error failure) {
                channel.close();
                throw failure;
            }
        });
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(ByteBuffer into, long offset) throws StorageException {
        int start = into.position();
        LocalVfs.reading(path, "read at byte " + offset, () -> {
            while (true) {
                FileChannel used = channel;
                try {
                    into.position(start);
                    fill(used, into, offset);
                    return into;
                } catch (ClosedByInterruptException mine) {
                    throw mine; // the caller holds the interrupt back and comes again
                } catch (ClosedChannelException ofAnother) {
                    reopen(used);
                }
            }
        });
    }

    private void fill(FileChannel used, ByteBuffer into, long offset) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = used.read(into, at);
            if (count < 0) {
                throw new CorruptFileException(StorageException.nameOf(path), at, "file length",
                        "at least " + (at + into.remaining()), Long.toString(used.size()));
            }
            at += count;
        }
    }

    private synchronized void reopen(FileChannel dead) throws IOException {
        if (closed) {
            throw new StorageClosedException(StorageException.nameOf(path), "read after close", null);
        }
        if (channel == dead) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
    }

    @Override
    public synchronized void close() throws StorageException {
        closed = true;
        FileChannel last = channel;
        LocalVfs.perform(path, "close", () -> {
            last.close();
        });
    }
}
