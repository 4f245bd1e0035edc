package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.UUID;

/// One entry of a log's witness. An entry whose checksum is wrong says nothing.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | magic | `KITHWTNS` |
/// | 8 | 4 | version | format version of the entry, 1 |
/// | 12 | 8 | durableSequence | every batch up to this one was on stable storage when this was written |
/// | 20 | 4 | entryCrc | CRC32C of storeId, 16 bytes as in the header of a log file, and of bytes 0 to 19 |
final class LogWitnessEntry {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.LONG.withName("magic"), Fields.INT.withName("version"),
            Fields.LONG.withName("durableSequence"), Fields.INT.withName("entryCrc"));

    static final int BYTES = (int) LAYOUT.byteSize();
    static final int VERSION = 1;
    static final long MAGIC = Fields.magic("KITHWTNS");

    private static final int SALT_BYTES = 16;
    private static final long MAGIC_AT = Fields.offset(LAYOUT, "magic");
    private static final long VERSION_AT = Fields.offset(LAYOUT, "version");
    private static final long SEQUENCE_AT = Fields.offset(LAYOUT, "durableSequence");
    private static final long CRC_AT = Fields.offset(LAYOUT, "entryCrc");

    private LogWitnessEntry() {}

    static byte[] encode(UUID storeId, long durableSequence) {
        byte[] bytes = new byte[BYTES];
        MemorySegment entry = MemorySegment.ofArray(bytes);
        entry.set(Fields.LONG, MAGIC_AT, MAGIC);
        entry.set(Fields.INT, VERSION_AT, VERSION);
        entry.set(Fields.LONG, SEQUENCE_AT, durableSequence);
        entry.set(Fields.INT, CRC_AT, LogRecordHeader.crc(salt(storeId), bytes, 0, (int) CRC_AT));
        return bytes;
    }

    /// The durable sequence of the entry at byte `at`, or 0 if there is no sound one of this store.
    ///
    /// @throws UnsupportedFormatException if it is sound and of a version that this release does not know
    static long decode(byte[] bytes, int at, UUID storeId, String file) throws UnsupportedFormatException {
        MemorySegment entry = MemorySegment.ofArray(bytes).asSlice(at, BYTES);
        if (entry.get(Fields.LONG, MAGIC_AT) != MAGIC
                || entry.get(Fields.INT, CRC_AT) != LogRecordHeader.crc(salt(storeId), bytes, at, (int) CRC_AT)) {
            return 0;
        }
        int version = entry.get(Fields.INT, VERSION_AT);
        if (version != VERSION) {
            throw new UnsupportedFormatException(file, "version of the log's witness", "1 to " + VERSION,
                    Integer.toUnsignedString(version));
        }
        return entry.get(Fields.LONG, SEQUENCE_AT);
    }

    private static byte[] salt(UUID storeId) {
        byte[] salt = new byte[SALT_BYTES];
        Fields.putUuid(MemorySegment.ofArray(salt), 0, storeId);
        return salt;
    }
}
