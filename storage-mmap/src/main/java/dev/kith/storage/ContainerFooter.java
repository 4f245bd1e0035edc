package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// The last 64 bytes of a container.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | magic | `KITHTAIL` |
/// | 8 | 8 | containerBytes | length of the whole container, this footer included |
/// | 16 | 8 | tableOffset | where the section table begins, a multiple of 64 |
/// | 24 | 4 | sectionCount | entries of the section table, at most 65536 |
/// | 28 | 4 | blockCount | block checksums that follow the entries |
/// | 32 | 4 | tableCrc | CRC32C of everything from tableOffset to this footer |
/// | 36 | 4 | headerCrc | the same as in the header |
/// | 40 | 20 | reserved | zeros |
/// | 60 | 4 | footerCrc | CRC32C of bytes 0 to 59 of the footer |
record ContainerFooter(long containerBytes, long tableOffset, int sectionCount, int blockCount, Crcs crcs) {
    /// The checksums that the footer repeats.
    record Crcs(int table, int header) {}

    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.LONG.withName("magic"),
            Fields.LONG.withName("containerBytes"), Fields.LONG.withName("tableOffset"), Fields.INT.withName("sectionCount"),
            Fields.INT.withName("blockCount"), Fields.INT.withName("tableCrc"), Fields.INT.withName("headerCrc"),
            Fields.bytes(20).withName("reserved"), Fields.INT.withName("footerCrc"));

    static final int BYTES = (int) LAYOUT.byteSize();
    static final long MAGIC = Fields.magic("KITHTAIL");

    private static final long MAGIC_AT = Fields.offset(LAYOUT, "magic");
    private static final long CONTAINER_BYTES_AT = Fields.offset(LAYOUT, "containerBytes");
    private static final long TABLE_OFFSET_AT = Fields.offset(LAYOUT, "tableOffset");
    private static final long SECTION_COUNT_AT = Fields.offset(LAYOUT, "sectionCount");
    private static final long BLOCK_COUNT_AT = Fields.offset(LAYOUT, "blockCount");
    private static final long TABLE_CRC_AT = Fields.offset(LAYOUT, "tableCrc");
    private static final long HEADER_CRC_AT = Fields.offset(LAYOUT, "headerCrc");
    private static final long RESERVED_AT = Fields.offset(LAYOUT, "reserved");
    private static final long CRC_AT = Fields.offset(LAYOUT, "footerCrc");

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        MemorySegment footer = MemorySegment.ofArray(bytes);
        footer.set(Fields.LONG, MAGIC_AT, MAGIC);
        footer.set(Fields.LONG, CONTAINER_BYTES_AT, containerBytes);
        footer.set(Fields.LONG, TABLE_OFFSET_AT, tableOffset);
        footer.set(Fields.INT, SECTION_COUNT_AT, sectionCount);
        footer.set(Fields.INT, BLOCK_COUNT_AT, blockCount);
        footer.set(Fields.INT, TABLE_CRC_AT, crcs.table());
        footer.set(Fields.INT, HEADER_CRC_AT, crcs.header());
        footer.set(Fields.INT, CRC_AT, Checksums.crc32c(bytes, 0, (int) CRC_AT));
        return bytes;
    }

    /// Reads and checks the footer of a container of `fileBytes` bytes; what it says of sizes fits that length exactly.
    static ContainerFooter decode(byte[] bytes, long fileBytes, String file) throws CorruptFileException {
        long at = fileBytes - BYTES;
        MemorySegment footer = MemorySegment.ofArray(bytes);
        long magic = footer.get(Fields.LONG, MAGIC_AT);
        expect(file, at + MAGIC_AT, "footer magic", MAGIC, magic);
        int crc = footer.get(Fields.INT, CRC_AT);
        int summed = Checksums.crc32c(bytes, 0, (int) CRC_AT);
        if (crc != summed) {
            throw new CorruptFileException(file, at + CRC_AT, "checksum of the footer", Fields.hex(summed), Fields.hex(crc));
        }
        expect(file, at + CONTAINER_BYTES_AT, "container length", fileBytes, footer.get(Fields.LONG, CONTAINER_BYTES_AT));
        long tableOffset = footer.get(Fields.LONG, TABLE_OFFSET_AT);
        if (tableOffset < ContainerHeader.BYTES || tableOffset > at || tableOffset % ContainerWriter.ALIGNMENT_BYTES != 0) {
            throw new CorruptFileException(file, at + TABLE_OFFSET_AT, "table offset",
                    "a multiple of 64 in " + ContainerHeader.BYTES + ".." + at, Long.toString(tableOffset));
        }
        int sectionCount = footer.get(Fields.INT, SECTION_COUNT_AT);
        int blockCount = footer.get(Fields.INT, BLOCK_COUNT_AT);
        if (sectionCount < 0 || sectionCount > ContainerWriter.MAX_SECTIONS) {
            throw new CorruptFileException(file, at + SECTION_COUNT_AT, "section count", "0.." + ContainerWriter.MAX_SECTIONS,
                    Integer.toUnsignedString(sectionCount));
        }
        expect(file, at + BLOCK_COUNT_AT, "block count", ContainerWriter.blocksOf(tableOffset),
                Integer.toUnsignedLong(blockCount));
        expect(file, at + SECTION_COUNT_AT, "bytes of the section table",
                ContainerWriter.tableBytes(sectionCount, Integer.toUnsignedLong(blockCount)), at - tableOffset);
        if (!Fields.isZero(bytes, (int) RESERVED_AT, (int) CRC_AT)) {
            throw new CorruptFileException(file, at + RESERVED_AT, "reserved bytes", "zeros", "others");
        }
        return new ContainerFooter(fileBytes, tableOffset, sectionCount, blockCount,
                new Crcs(footer.get(Fields.INT, TABLE_CRC_AT), footer.get(Fields.INT, HEADER_CRC_AT)));
    }

    private static void expect(String file, long offset, String what, long expected, long found) throws CorruptFileException {
        if (expected != found) {
            throw new CorruptFileException(file, offset, what, Long.toUnsignedString(expected), Long.toUnsignedString(found));
        }
    }
}
