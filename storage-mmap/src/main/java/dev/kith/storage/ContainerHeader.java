package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.UUID;

/// The first 64 bytes of a container. `magic`, `version` and `headerCrc` keep their places in every future version.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | magic | `KITHCONT` |
/// | 8 | 4 | version | format version of the container, 1 |
/// | 12 | 4 | kind | four ASCII characters naming the content |
/// | 16 | 4 | kindVersion | format version of the content, from 1 |
/// | 20 | 4 | flags | 0; a set bit that a reader does not know makes the file unreadable to it |
/// | 24 | 16 | identity | UUID given by the owner in textual byte order, or zeros |
/// | 40 | 4 | blockBytes | bytes per checksummed block, 65536 |
/// | 44 | 16 | reserved | zeros |
/// | 60 | 4 | headerCrc | CRC32C of bytes 0 to 59 |
record ContainerHeader(ContainerKind kind, UUID identity) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.LONG.withName("magic"), Fields.INT.withName("version"),
            Fields.INT.withName("kind"), Fields.INT.withName("kindVersion"), Fields.INT.withName("flags"),
            Fields.bytes(16).withName("identity"), Fields.INT.withName("blockBytes"), Fields.bytes(16).withName("reserved"),
            Fields.INT.withName("headerCrc"));

    static final int BYTES = (int) LAYOUT.byteSize();
    static final int VERSION = 1;
    static final int BLOCK_BYTES = 1 << 16;
    static final long MAGIC = Fields.magic("KITHCONT");

    private static final long MAGIC_AT = Fields.offset(LAYOUT, "magic");
    private static final long VERSION_AT = Fields.offset(LAYOUT, "version");
    private static final long KIND_AT = Fields.offset(LAYOUT, "kind");
    private static final long KIND_VERSION_AT = Fields.offset(LAYOUT, "kindVersion");
    private static final long FLAGS_AT = Fields.offset(LAYOUT, "flags");
    private static final long IDENTITY_AT = Fields.offset(LAYOUT, "identity");
    private static final long BLOCK_BYTES_AT = Fields.offset(LAYOUT, "blockBytes");
    private static final long RESERVED_AT = Fields.offset(LAYOUT, "reserved");
    private static final long CRC_AT = Fields.offset(LAYOUT, "headerCrc");

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        MemorySegment header = MemorySegment.ofArray(bytes);
        header.set(Fields.LONG, MAGIC_AT, MAGIC);
        header.set(Fields.INT, VERSION_AT, VERSION);
        header.set(Fields.INT, KIND_AT, kind.codeBits());
        header.set(Fields.INT, KIND_VERSION_AT, kind.version());
        Fields.putUuid(header, IDENTITY_AT, identity);
        header.set(Fields.INT, BLOCK_BYTES_AT, BLOCK_BYTES);
        header.set(Fields.INT, CRC_AT, Checksums.crc32c(bytes, 0, (int) CRC_AT));
        return bytes;
    }

    static int crcOf(byte[] header) {
        return MemorySegment.ofArray(header).get(Fields.INT, CRC_AT);
    }

    static ContainerHeader decode(byte[] bytes, String file) throws StorageException {
        MemorySegment header = MemorySegment.ofArray(bytes);
        long magic = header.get(Fields.LONG, MAGIC_AT);
        if (magic != MAGIC) {
            throw new CorruptFileException(file, MAGIC_AT, "container magic", Fields.hex(MAGIC), Fields.hex(magic));
        }
        int crc = header.get(Fields.INT, CRC_AT);
        int expected = Checksums.crc32c(bytes, 0, (int) CRC_AT);
        if (crc != expected) {
            throw new CorruptFileException(file, CRC_AT, "checksum of the container header", Fields.hex(expected),
                    Fields.hex(crc));
        }
        int version = header.get(Fields.INT, VERSION_AT);
        if (version < 1 || version > VERSION) {
            throw new UnsupportedFormatException(file, "container version", "1 to " + VERSION, Integer.toUnsignedString(version));
        }
        int flags = header.get(Fields.INT, FLAGS_AT);
        if (flags != 0) {
            throw new UnsupportedFormatException(file, "container flags", "none", Fields.hex(flags));
        }
        int blockBytes = header.get(Fields.INT, BLOCK_BYTES_AT);
        if (blockBytes != BLOCK_BYTES) {
            throw new UnsupportedFormatException(file, "container block size", Integer.toString(BLOCK_BYTES),
                    Integer.toUnsignedString(blockBytes));
        }
        if (!Fields.isZero(bytes, (int) RESERVED_AT, (int) CRC_AT)) {
            throw new CorruptFileException(file, RESERVED_AT, "reserved bytes", "zeros", "others");
        }
        return new ContainerHeader(kind(header, file), Fields.uuid(header, IDENTITY_AT));
    }

    private static ContainerKind kind(MemorySegment header, String file) throws CorruptFileException {
        String code = ContainerKind.codeOf(header.get(Fields.INT, KIND_AT));
        int version = header.get(Fields.INT, KIND_VERSION_AT);
        try {
            return new ContainerKind(code, version);
        } catch (IllegalArgumentException impossible) {
            throw new CorruptFileException(file, KIND_AT, "container kind", "4 printable characters and a version from 1",
                    "'" + code + "' " + version, impossible);
        }
    }
}
