package dev.kith.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A container read from memory, wherever that comes from and however it is aligned: see [ContainerWriter].
///
/// Opening checks header, footer and section table and costs nothing per byte of content: every offset and length then
/// lies inside the memory and no two sections overlap. The content of a section is only as good as the disk until
/// [#verify] or [#verifySection] has summed it. Immutable and safe for many threads, while the memory lives.
public final class Container {
    private final MemorySegment bytes;
    private final String name;
    private final ContainerHeader header;
    private final ContainerFooter footer;
    private final List<ContainerSection> sections;
    private final Map<Long, ContainerSection> byId;

    private Container(MemorySegment bytes, String name, ContainerHeader header, ContainerFooter footer,
            List<ContainerSection> sections) {
        this.bytes = bytes;
        this.name = name;
        this.header = header;
        this.footer = footer;
        this.sections = sections;
        this.byId = new HashMap<>();
        sections.forEach(section -> byId.put(section.sectionId(), section));
    }

    /// Opens the container that fills `bytes` exactly.
    ///
    /// @param name what errors call it, usually the file's path
    /// @throws CorruptFileException       if the memory holds no sound container
    /// @throws UnsupportedFormatException if a newer release wrote it
    public static Container open(MemorySegment bytes, String name) throws StorageException {
        MemorySegment readOnly = bytes.asReadOnly();
        try {
            return parse(readOnly, name);
        } catch (InternalError unreadable) {
            throw unreadable(name, 0, unreadable);
        }
    }

    /// [#open(MemorySegment, String)] for a reader of one kind of content, up to and including that version of it.
    ///
    /// @throws UnsupportedFormatException if it holds something else, or a newer version of that content
    public static Container open(MemorySegment bytes, String name, ContainerKind newest) throws StorageException {
        Container container = open(bytes, name);
        ContainerKind found = container.kind();
        if (!found.code().equals(newest.code())) {
            throw new UnsupportedFormatException(name, "kind", newest.code(), found.code());
        }
        if (found.version() > newest.version()) {
            throw new UnsupportedFormatException(name, newest.code() + " version", "1 to " + newest.version(),
                    Integer.toString(found.version()));
        }
        return container;
    }

    private static Container parse(MemorySegment bytes, String name) throws StorageException {
        long length = bytes.byteSize();
        if (length < ContainerHeader.BYTES + ContainerFooter.BYTES) {
            throw new CorruptFileException(name, 0, "file length",
                    "at least " + (ContainerHeader.BYTES + ContainerFooter.BYTES), Long.toString(length));
        }
        byte[] headerBytes = bytes.asSlice(0, ContainerHeader.BYTES).toArray(ValueLayout.JAVA_BYTE);
        ContainerHeader header = ContainerHeader.decode(headerBytes, name);
        long footerAt = length - ContainerFooter.BYTES;
        ContainerFooter footer = ContainerFooter.decode(
                bytes.asSlice(footerAt, ContainerFooter.BYTES).toArray(ValueLayout.JAVA_BYTE), length, name);
        int headerCrc = ContainerHeader.crcOf(headerBytes);
        if (headerCrc != footer.crcs().header()) {
            throw new CorruptFileException(name, footerAt, "header checksum in the footer", Fields.hex(headerCrc),
                    Fields.hex(footer.crcs().header()));
        }
        long tableBytes = footerAt - footer.tableOffset();
        int tableCrc = Checksums.crc32c(bytes, footer.tableOffset(), tableBytes, new byte[Checksums.CHUNK_BYTES]);
        if (tableCrc != footer.crcs().table()) {
            throw new CorruptFileException(name, footer.tableOffset(), "checksum of the section table",
                    Fields.hex(footer.crcs().table()), Fields.hex(tableCrc));
        }
        return new Container(bytes, name, header, footer, sections(bytes, footer, name));
    }

    /// The entries of the table, which the footer has bounded by the length of the file.
    private static List<ContainerSection> sections(MemorySegment bytes, ContainerFooter footer, String name)
            throws CorruptFileException {
        ContainerSection[] sections = new ContainerSection[footer.sectionCount()];
        long end = ContainerHeader.BYTES;
        for (int i = 0; i < sections.length; i++) {
            long at = footer.tableOffset() + (long) i * ContainerSection.BYTES;
            ContainerSection section = ContainerSection.decode(bytes, at);
            long offset = section.sectionOffset();
            if (offset < end || offset > footer.tableOffset() || offset % ContainerWriter.ALIGNMENT_BYTES != 0) {
                throw new CorruptFileException(name, at, "offset of section " + section.sectionId(),
                        "a multiple of 64 in " + end + ".." + footer.tableOffset(), Long.toString(offset));
            }
            if (section.sectionBytes() < 0 || section.sectionBytes() > footer.tableOffset() - offset) {
                throw new CorruptFileException(name, at, "length of section " + section.sectionId(),
                        "0.." + (footer.tableOffset() - offset), Long.toString(section.sectionBytes()));
            }
            end = offset + section.sectionBytes();
            sections[i] = section;
        }
        ContainerSection[] byId = sections.clone();
        Arrays.sort(byId, Comparator.comparingLong(ContainerSection::sectionId));
        for (int i = 1; i < byId.length; i++) {
            if (byId[i].sectionId() == byId[i - 1].sectionId()) {
                throw new CorruptFileException(name, footer.tableOffset(), "section id", "unique",
                        byId[i].sectionId() + " twice");
            }
        }
        return List.of(sections);
    }

    /// The file's name as given at [#open].
    public String name() {
        return name;
    }

    /// What the container holds.
    public ContainerKind kind() {
        return header.kind();
    }

    /// What the owner wrote to recognise it, or [ContainerWriter#NO_IDENTITY].
    public UUID identity() {
        return header.identity();
    }

    /// Length in bytes.
    public long sizeBytes() {
        return footer.containerBytes();
    }

    /// The ids of all sections in the order they were written.
    public List<Long> sectionIds() {
        return sections.stream().map(ContainerSection::sectionId).toList();
    }

    /// Whether there is a section with this id.
    public boolean hasSection(long id) {
        return byId.containsKey(id);
    }

    /// The content of one section: read-only, starting on a 64-byte border of the container.
    ///
    /// @throws CorruptFileException if there is no such section
    public MemorySegment section(long id) throws CorruptFileException {
        ContainerSection section = entry(id);
        return bytes.asSlice(section.sectionOffset(), section.sectionBytes());
    }

    /// Where the section begins, counted from the container's first byte.
    public long sectionOffset(long id) throws CorruptFileException {
        return entry(id).sectionOffset();
    }

    /// Sums every byte and compares it with what the writer summed.
    ///
    /// @throws CorruptFileException for the first block that differs, or that the disk cannot deliver
    public void verify() throws CorruptFileException {
        verifyBlocks(0, footer.blockCount());
    }

    /// Sums the blocks that hold one section.
    public void verifySection(long id) throws CorruptFileException {
        ContainerSection section = entry(id);
        if (section.sectionBytes() > 0) {
            long end = section.sectionOffset() + section.sectionBytes();
            verifyBlocks(section.sectionOffset() / ContainerHeader.BLOCK_BYTES, ContainerWriter.blocksOf(end));
        }
    }

    private void verifyBlocks(long from, long to) throws CorruptFileException {
        byte[] scratch = new byte[ContainerHeader.BLOCK_BYTES];
        long crcsAt = footer.tableOffset() + (long) footer.sectionCount() * ContainerSection.BYTES;
        ReadAhead ahead = ReadAhead.of(bytes);
        for (long block = from; block < to; block++) {
            long at = block * ContainerHeader.BLOCK_BYTES;
            ahead.reach(at);
            try {
                long length = Math.min(ContainerHeader.BLOCK_BYTES, footer.tableOffset() - at);
                int found = Checksums.crc32c(bytes, at, length, scratch);
                int expected = bytes.get(Fields.INT, crcsAt + block * Integer.BYTES);
                if (found != expected) {
                    throw new CorruptFileException(name, at, "checksum of block " + block, Fields.hex(expected),
                            Fields.hex(found));
                }
            } catch (InternalError unreadable) {
                throw unreadable(name, at, unreadable);
            }
        }
    }

    private ContainerSection entry(long id) throws CorruptFileException {
        ContainerSection section = byId.get(id);
        if (section == null) {
            throw new CorruptFileException(name, footer.tableOffset(), "section table", "section " + id, sectionIds().toString());
        }
        return section;
    }

    /// A mapped page could not be read: the file was cut short, or the disk failed.
    private static CorruptFileException unreadable(String name, long offset, InternalError cause) {
        return new CorruptFileException(name, offset, "mapped memory", "readable", "unreadable", cause);
    }
}
