package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The 32 bytes before the payload of a log record. The payload is followed by the 4 bytes of recordCrc: CRC32C of the
/// salt, the 32 bytes of this header and the payload. The salt is the 16 bytes of storeId and the 8 bytes of logNumber as
/// they stand in the log file's header, so a record counts in no other place than the one it was written for.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 4 | payloadBytes | length of the payload |
/// | 4 | 1 | type | 1 batch, 2 marker |
/// | 5 | 1 | flags | 0 |
/// | 6 | 2 | reserved | zeros |
/// | 8 | 8 | sequence | of a batch: one more than the batch before; of a marker: that of the batch before |
/// | 16 | 8 | durableSequence | every batch up to this one was on stable storage when this record was written |
/// | 24 | 4 | previousCrc | recordCrc of the record before; headerCrc of the file for the first |
/// | 28 | 4 | headerCrc | CRC32C of the salt and bytes 0 to 27 |
record LogRecordHeader(int payloadBytes, byte type, long sequence, long durableSequence, int previousCrc) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.INT.withName("payloadBytes"),
            Fields.BYTE.withName("type"), Fields.BYTE.withName("flags"), Fields.SHORT.withName("reserved"),
            Fields.LONG.withName("sequence"), Fields.LONG.withName("durableSequence"), Fields.INT.withName("previousCrc"),
            Fields.INT.withName("headerCrc"));

    static final int BYTES = (int) LAYOUT.byteSize();
    /// Bytes of a record besides its payload.
    static final int FRAME_BYTES = BYTES + Integer.BYTES;
    static final int SALT_BYTES = 24;
    static final byte BATCH = 1;
    static final byte MARKER = 2;

    static final long PAYLOAD_BYTES_AT = Fields.offset(LAYOUT, "payloadBytes");
    static final long TYPE_AT = Fields.offset(LAYOUT, "type");
    static final long FLAGS_AT = Fields.offset(LAYOUT, "flags");
    static final long RESERVED_AT = Fields.offset(LAYOUT, "reserved");
    static final long SEQUENCE_AT = Fields.offset(LAYOUT, "sequence");
    static final long DURABLE_SEQUENCE_AT = Fields.offset(LAYOUT, "durableSequence");
    static final long PREVIOUS_CRC_AT = Fields.offset(LAYOUT, "previousCrc");
    static final long CRC_AT = Fields.offset(LAYOUT, "headerCrc");

    static byte[] salt(UUID storeId, long logNumber) {
        byte[] salt = new byte[SALT_BYTES];
        MemorySegment segment = MemorySegment.ofArray(salt);
        Fields.putUuid(segment, 0, storeId);
        segment.set(Fields.LONG, 16, logNumber);
        return salt;
    }

    /// Writes header and recordCrc around the payload that stands at `at + BYTES` already; returns the recordCrc.
    int seal(byte[] target, int at, byte[] salt) {
        MemorySegment segment = MemorySegment.ofArray(target);
        segment.set(Fields.INT, at + PAYLOAD_BYTES_AT, payloadBytes);
        segment.set(Fields.BYTE, at + TYPE_AT, type);
        segment.set(Fields.BYTE, at + FLAGS_AT, (byte) 0);
        segment.set(Fields.SHORT, at + RESERVED_AT, (short) 0);
        segment.set(Fields.LONG, at + SEQUENCE_AT, sequence);
        segment.set(Fields.LONG, at + DURABLE_SEQUENCE_AT, durableSequence);
        segment.set(Fields.INT, at + PREVIOUS_CRC_AT, previousCrc);
        segment.set(Fields.INT, at + CRC_AT, crc(salt, target, at, (int) CRC_AT));
        int recordCrc = crc(salt, target, at, BYTES + payloadBytes);
        segment.set(Fields.INT, (long) at + BYTES + payloadBytes, recordCrc);
        return recordCrc;
    }

    /// The fields of a header whose checksum has been found right.
    static LogRecordHeader decode(MemorySegment bytes, long at) {
        return new LogRecordHeader(bytes.get(Fields.INT, at + PAYLOAD_BYTES_AT), bytes.get(Fields.BYTE, at + TYPE_AT),
                bytes.get(Fields.LONG, at + SEQUENCE_AT), bytes.get(Fields.LONG, at + DURABLE_SEQUENCE_AT),
                bytes.get(Fields.INT, at + PREVIOUS_CRC_AT));
    }

    static int crc(byte[] salt, byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(salt, 0, salt.length);
        crc.update(ByteBuffer.wrap(bytes, offset, length));
        return (int) crc.getValue();
    }
}
