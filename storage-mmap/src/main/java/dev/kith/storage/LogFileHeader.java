package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.UUID;

/// The first 64 bytes of a log file. `magic`, `version` and `headerCrc` keep their places in every future version.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | magic | `KITHWLOG` |
/// | 8 | 4 | version | format version of the log, 1 |
/// | 12 | 4 | flags | 0; a set bit that a reader does not know makes the file unreadable to it |
/// | 16 | 16 | storeId | UUID of the store in textual byte order |
/// | 32 | 8 | logNumber | number of this file, also in its name; counts from 1 without gaps |
/// | 40 | 8 | firstSequence | sequence of the first record of this file |
/// | 48 | 8 | predecessorBytes | where the file before ends as far as it counts; 0 if there is none |
/// | 56 | 4 | predecessorCrc | recordCrc (or headerCrc) that ends there; 0 if there is none |
/// | 60 | 4 | headerCrc | CRC32C of bytes 0 to 59 |
record LogFileHeader(UUID storeId, long logNumber, long firstSequence, long predecessorBytes, int predecessorCrc) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.LONG.withName("magic"), Fields.INT.withName("version"),
            Fields.INT.withName("flags"), Fields.bytes(16).withName("storeId"), Fields.LONG.withName("logNumber"),
            Fields.LONG.withName("firstSequence"), Fields.LONG.withName("predecessorBytes"),
            Fields.INT.withName("predecessorCrc"), Fields.INT.withName("headerCrc"));

    static final int BYTES = (int) LAYOUT.byteSize();
    static final int VERSION = 1;
    static final long MAGIC = Fields.magic("KITHWLOG");

    private static final long MAGIC_AT = Fields.offset(LAYOUT, "magic");
    private static final long VERSION_AT = Fields.offset(LAYOUT, "version");
    private static final long FLAGS_AT = Fields.offset(LAYOUT, "flags");
    private static final long STORE_ID_AT = Fields.offset(LAYOUT, "storeId");
    private static final long LOG_NUMBER_AT = Fields.offset(LAYOUT, "logNumber");
    private static final long FIRST_SEQUENCE_AT = Fields.offset(LAYOUT, "firstSequence");
    private static final long PREDECESSOR_BYTES_AT = Fields.offset(LAYOUT, "predecessorBytes");
    private static final long PREDECESSOR_CRC_AT = Fields.offset(LAYOUT, "predecessorCrc");
    private static final long CRC_AT = Fields.offset(LAYOUT, "headerCrc");

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        MemorySegment header = MemorySegment.ofArray(bytes);
        header.set(Fields.LONG, MAGIC_AT, MAGIC);
        header.set(Fields.INT, VERSION_AT, VERSION);
        Fields.putUuid(header, STORE_ID_AT, storeId);
        header.set(Fields.LONG, LOG_NUMBER_AT, logNumber);
        header.set(Fields.LONG, FIRST_SEQUENCE_AT, firstSequence);
        header.set(Fields.LONG, PREDECESSOR_BYTES_AT, predecessorBytes);
        header.set(Fields.INT, PREDECESSOR_CRC_AT, predecessorCrc);
        header.set(Fields.INT, CRC_AT, Checksums.crc32c(bytes, 0, (int) CRC_AT));
        return bytes;
    }

    /// The value the first record of the file is chained to.
    int crc() {
        return Checksums.crc32c(encode(), 0, (int) CRC_AT);
    }

    static LogFileHeader decode(byte[] bytes, String file) throws StorageException {
        MemorySegment header = MemorySegment.ofArray(bytes);
        long magic = header.get(Fields.LONG, MAGIC_AT);
        if (magic != MAGIC) {
            throw new CorruptFileException(file, MAGIC_AT, "log magic", Fields.hex(MAGIC), Fields.hex(magic));
        }
        int crc = header.get(Fields.INT, CRC_AT);
        int expected = Checksums.crc32c(bytes, 0, (int) CRC_AT);
        if (crc != expected) {
            throw new CorruptFileException(file, CRC_AT, "checksum of the log header", Fields.hex(expected), Fields.hex(crc));
        }
        int version = header.get(Fields.INT, VERSION_AT);
        if (version < 1 || version > VERSION) {
            throw new UnsupportedFormatException(file, "log version", "1 to " + VERSION, Integer.toUnsignedString(version));
        }
        int flags = header.get(Fields.INT, FLAGS_AT);
        if (flags != 0) {
            throw new UnsupportedFormatException(file, "log flags", "none", Fields.hex(flags));
        }
        return new LogFileHeader(Fields.uuid(header, STORE_ID_AT), header.get(Fields.LONG, LOG_NUMBER_AT),
                header.get(Fields.LONG, FIRST_SEQUENCE_AT), header.get(Fields.LONG, PREDECESSOR_BYTES_AT),
                header.get(Fields.INT, PREDECESSOR_CRC_AT));
    }

    /// Decodes and checks that this is the file its name and its store say.
    static LogFileHeader decode(byte[] bytes, String file, UUID storeId, long logNumber) throws StorageException {
        LogFileHeader header = decode(bytes, file);
        if (!header.storeId.equals(storeId)) {
            throw new CorruptFileException(file, STORE_ID_AT, "store id", storeId.toString(), header.storeId.toString());
        }
        if (header.logNumber != logNumber) {
            throw new CorruptFileException(file, LOG_NUMBER_AT, "log number", Long.toString(logNumber),
                    Long.toString(header.logNumber));
        }
        if (header.firstSequence < 1) {
            throw new CorruptFileException(file, FIRST_SEQUENCE_AT, "first sequence", "at least 1",
                    Long.toString(header.firstSequence));
        }
        return header;
    }
}
