package dev.kith.storage;

import dev.kith.core.ByteSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/// Writes a container to any sink, front to back, never seeking: header, sections each on a 64-byte border of the
/// container, then the section table with one CRC32C per 64 KiB block of all that stands before it, then the footer.
/// The bytes are described in `docs/format/container.md`; [Container] reads them. Not thread-safe.
///
/// Whoever writes into a larger file and wants 64-byte alignment in memory begins the container on a 64-byte border there.
public final class ContainerWriter {
    /// Every section begins on a multiple of this, counted from the container's first byte.
    public static final int ALIGNMENT_BYTES = 64;

    /// A container has at most this many sections, so that reading its table never costs much memory.
    public static final int MAX_SECTIONS = 1 << 16;

    /// The identity of a container that has none.
    public static final UUID NO_IDENTITY = new UUID(0, 0);

    private final ByteSink sink;
    private final int headerCrc;
    private final byte[] block = new byte[ContainerHeader.BLOCK_BYTES];
    private final ByteArrayOutputStream blockCrcs = new ByteArrayOutputStream();
    private final List<ContainerSection> sections = new ArrayList<>();
    private final Set<Long> sectionIds = new HashSet<>();
    private int filled;
    private long position;
    private boolean inSection;
    private boolean finished;
    private long sectionId;
    private long sectionStart;

    /// Begins a container without an identity.
    public ContainerWriter(ByteSink sink, ContainerKind kind) {
        this(sink, kind, NO_IDENTITY);
    }

    /// Begins a container. Nothing reaches the sink before 64 KiB are full or [#finish] is called.
    ///
    /// @param identity what the owner recognises the file by, such as its store's UUID; see [Container#identity]
    public ContainerWriter(ByteSink sink, ContainerKind kind, UUID identity) {
        this.sink = sink;
        byte[] header = new ContainerHeader(kind, identity).encode();
        this.headerCrc = ContainerHeader.crcOf(header);
        System.arraycopy(header, 0, block, 0, header.length);
        this.filled = header.length;
        this.position = header.length;
    }

    /// Begins the section with this id, any `long` not used before in this container, and gives the sink for its content.
    /// The sink is dead after [#endSection].
    public ByteSink beginSection(long id) throws IOException {
        requireOpen();
        if (inSection) {
            throw new IllegalStateException("section " + sectionId + " has not ended");
        }
        if (sections.size() == MAX_SECTIONS) {
            throw new IllegalStateException("a container has at most " + MAX_SECTIONS + " sections");
        }
        if (!sectionIds.add(id)) {
            throw new IllegalArgumentException("section " + id + " was written before");
        }
        pad();
        inSection = true;
        sectionId = id;
        sectionStart = position;
        return new SectionSink();
    }

    /// Ends the section that was begun last.
    public void endSection() {
        requireOpen();
        if (!inSection) {
            throw new IllegalStateException("no section has begun");
        }
        inSection = false;
        sections.add(new ContainerSection(sectionId, sectionStart, position - sectionStart));
    }

    /// Writes the section table and the footer. The container is complete; the sink is neither forced nor closed.
    ///
    /// @return length of the container in bytes
    public long finish() throws IOException {
        requireOpen();
        if (inSection) {
            throw new IllegalStateException("section " + sectionId + " has not ended");
        }
        pad();
        finished = true;
        flushBlock();
        long tableOffset = position;
        int blockCount = blockCrcs.size() / Integer.BYTES;
        byte[] table = new byte[Math.toIntExact(tableBytes(sections.size(), blockCount))];
        MemorySegment tableSegment = MemorySegment.ofArray(table);
        int at = 0;
        for (ContainerSection section : sections) {
            section.encode(tableSegment, at);
            at += ContainerSection.BYTES;
        }
        byte[] crcs = blockCrcs.toByteArray();
        System.arraycopy(crcs, 0, table, at, crcs.length);
        sink.write(table, 0, table.length);
        long containerBytes = tableOffset + table.length + ContainerFooter.BYTES;
        byte[] footer = new ContainerFooter(containerBytes, tableOffset, sections.size(), blockCount,
                new ContainerFooter.Crcs(Checksums.crc32c(table, 0, table.length), headerCrc)).encode();
        sink.write(footer, 0, footer.length);
        return containerBytes;
    }

    static long blocksOf(long dataBytes) {
        return Math.ceilDiv(dataBytes, (long) ContainerHeader.BLOCK_BYTES);
    }

    static long tableBytes(long sectionCount, long blockCount) {
        long bytes = sectionCount * ContainerSection.BYTES + blockCount * Integer.BYTES; // both counts fit 32 bits
        return Math.ceilDiv(bytes, (long) ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("the container is finished");
        }
    }

    private void pad() throws IOException {
        int past = (int) (position % ALIGNMENT_BYTES);
        if (past != 0) {
            append(MemorySegment.ofArray(new byte[ALIGNMENT_BYTES - past]));
        }
    }

    private void append(MemorySegment bytes) throws IOException {
        long length = bytes.byteSize();
        for (long done = 0; done < length;) {
            int count = (int) Math.min(block.length - filled, length - done);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, block, filled, count);
            advance(count);
            done += count;
        }
    }

    private void advance(int count) throws IOException {
        filled += count;
        position += count;
        if (filled == block.length) {
            flushBlock();
        }
    }

    private void flushBlock() throws IOException {
        if (filled > 0) {
            int crc = Checksums.crc32c(block, 0, filled);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                blockCrcs.write(crc >>> shift);
            }
            sink.write(block, 0, filled);
            filled = 0;
        }
    }

    /// The content of one section.
    private final class SectionSink implements ByteSink {
        private final long start = position;
        private final int number = sections.size();

        @Override
        public void write(MemorySegment bytes) throws IOException {
            requireCurrent();
            append(bytes);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireCurrent();
            Objects.checkFromIndexSize(offset, length, bytes.length);
            for (int done = 0; done < length;) {
                int count = Math.min(block.length - filled, length - done);
                System.arraycopy(bytes, offset + done, block, filled, count);
                advance(count);
                done += count;
            }
        }

        @Override
        public long position() {
            requireCurrent();
            return position - start;
        }

        private void requireCurrent() {
            if (!inSection || number != sections.size()) {
                throw new IllegalStateException("the section has ended");
            }
        }
    }
}
