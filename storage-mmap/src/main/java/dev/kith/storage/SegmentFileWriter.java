package dev.kith.storage;

import dev.kith.core.ByteSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/// Makes a container a file of its own that appears whole or not at all: the bytes go to `NAME.tmp` beside it, are
/// forced, read back and verified, and only then renamed to `NAME`; the folder is synced last. A crash leaves at most
/// the `.tmp`, which the next writer of that name replaces. Not thread-safe; belongs on a thread nobody interrupts.
public final class SegmentFileWriter implements AutoCloseable {
    private final Vfs vfs;
    private final Path target;
    private final Path temporary;
    private final VfsFile file;
    private final ContainerWriter container;
    private State state = State.WRITING;

    private enum State {
        WRITING, PUBLISHED, ABANDONED
    }

    private SegmentFileWriter(Vfs vfs, Path target, Path temporary, VfsFile file, ContainerWriter container) {
        this.vfs = vfs;
        this.target = target;
        this.temporary = temporary;
        this.file = file;
        this.container = container;
    }

    /// Begins the file.
    ///
    /// @param identity see [ContainerWriter]
    /// @throws FileExistsException if `target` is there already
    public static SegmentFileWriter create(Vfs vfs, Path target, ContainerKind kind, UUID identity) throws StorageException {
        if (vfs.exists(target)) {
            throw new FileExistsException(StorageException.nameOf(target), "a segment file is written once", null);
        }
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        if (vfs.exists(temporary)) {
            vfs.delete(temporary); // left over by a crash
        }
        VfsFile file = vfs.openWrite(temporary, WriteMode.CREATE_NEW);
        return new SegmentFileWriter(vfs, target, temporary, file, new ContainerWriter(new FileSink(file), kind, identity));
    }

    /// See [ContainerWriter#beginSection].
    public ByteSink beginSection(long id) throws IOException {
        return container.beginSection(id);
    }

    /// See [ContainerWriter#endSection].
    public void endSection() {
        container.endSection();
    }

    /// Completes and publishes the file; when this returns, it is there for good.
    ///
    /// @return its length in bytes
    public long finish() throws IOException {
        if (state != State.WRITING) {
            throw new IllegalStateException("the file is " + state);
        }
        long length = container.finish();
        file.force(true);
        file.close();
        try (Arena arena = Arena.ofConfined()) {
            Container.open(vfs.map(temporary, arena), StorageException.nameOf(temporary)).verify();
        }
        vfs.rename(temporary, target);
        state = State.PUBLISHED;
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            vfs.syncDirectory(folder);
        }
        return length;
    }

    /// Gives up an unfinished file and deletes it; does nothing after [#finish].
    @Override
    public void close() throws StorageException {
        if (state == State.WRITING) {
            state = State.ABANDONED;
            try {
                file.close();
            } finally {
                vfs.delete(temporary);
            }
        }
    }

    /// A [VfsFile] as a sink.
    private static final class FileSink implements ByteSink {
        private final VfsFile file;
        private final long start;

        FileSink(VfsFile file) {
            this.file = file;
            this.start = file.position();
        }

        @Override
        public void write(MemorySegment bytes) throws StorageException {
            byte[] chunk = new byte[(int) Math.min(Checksums.CHUNK_BYTES, bytes.byteSize())];
            for (long done = 0; done < bytes.byteSize();) {
                int count = (int) Math.min(chunk.length, bytes.byteSize() - done);
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, chunk, 0, count);
                file.write(ByteBuffer.wrap(chunk, 0, count));
                done += count;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws StorageException {
            file.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public long position() {
            return file.position() - start;
        }
    }
}
