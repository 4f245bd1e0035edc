package dev.kith.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Walks the records of one log file as far as they are sound and chained to each other. Believes nothing unsummed and
/// allocates nothing by a length it has not checked. Not thread-safe.
final class LogScanner {
    private final MemorySegment bytes;
    private final String file;
    private final byte[] salt;
    private final byte[] scratch;
    private long start;
    private long position = LogFileHeader.BYTES;
    private int chain;
    private long lastSequence;
    private @Nullable LogRecordHeader current;

    /// Starts before the first record of a file whose header has been checked.
    LogScanner(MemorySegment bytes, String file, LogFileHeader header) {
        this.bytes = bytes;
        this.file = file;
        this.salt = LogRecordHeader.salt(header.storeId(), header.logNumber());
        this.scratch = new byte[(int) Math.min(Checksums.CHUNK_BYTES, bytes.byteSize())];
        this.chain = header.crc();
        this.lastSequence = header.firstSequence() - 1;
    }

    /// Steps over one record; false, and nothing changes, where no sound record follows.
    boolean next() throws StorageException {
        try {
            LogRecordHeader header = headerAt(position);
            if (header == null || header.previousCrc() != chain || header.durableSequence() > header.sequence()
                    || header.sequence() != (isBatch(header) ? lastSequence + 1 : lastSequence)
                    || !isBatch(header) && header.payloadBytes() != 0) {
                return false;
            }
            int length = LogRecordHeader.BYTES + header.payloadBytes();
            int recordCrc = bytes.get(Fields.INT, position + length);
            if (crc(position, length) != recordCrc) {
                return false;
            }
            start = position;
            position += length + Integer.BYTES;
            chain = recordCrc;
            lastSequence = header.sequence();
            current = header;
            return true;
        } catch (InternalError unreadable) {
            throw unreadable(unreadable);
        }
    }

    /// The record stepped over last.
    LogRecordHeader record() {
        LogRecordHeader record = current;
        if (record == null) {
            throw new IllegalStateException("no record");
        }
        return record;
    }

    boolean isBatch() {
        return isBatch(record());
    }

    /// A copy of its payload.
    ByteBuffer payload() throws StorageException {
        try {
            byte[] copy = new byte[record().payloadBytes()];
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start + LogRecordHeader.BYTES, copy, 0, copy.length);
            return ByteBuffer.wrap(copy);
        } catch (InternalError unreadable) {
            throw unreadable(unreadable);
        }
    }

    /// Where the record stepped over last begins; before the first, 0.
    long start() {
        return start;
    }

    /// Where it ends and the next begins.
    long position() {
        return position;
    }

    /// Checksum that the next record is chained to.
    int chain() {
        return chain;
    }

    /// Sequence of the last batch stepped over, or that before the file's first.
    long lastSequence() {
        return lastSequence;
    }

    /// How far the log was on stable storage, by the word of any record at or after [#position()]. A header alone gives
    /// that word: it was written when the statement was true, whatever became of its payload.
    ///
    /// @return the largest such sequence beyond [#lastSequence()], or -1 if nothing vouches for a lost record
    long vouchedBeyond() throws StorageException {
        try {
            long vouched = -1;
            long largestPossible = lastSequence + remaining() / LogRecordHeader.FRAME_BYTES + 1;
            for (long at = position; at <= bytes.byteSize() - LogRecordHeader.BYTES; at++) {
                long durable = bytes.get(Fields.LONG, at + LogRecordHeader.DURABLE_SEQUENCE_AT);
                if (durable > Math.max(lastSequence, vouched) && durable <= largestPossible
                        && durable <= bytes.get(Fields.LONG, at + LogRecordHeader.SEQUENCE_AT)
                        && bytes.get(Fields.INT, at + LogRecordHeader.CRC_AT) == crc(at, (int) LogRecordHeader.CRC_AT)) {
                    vouched = durable;
                }
            }
            return vouched;
        } catch (InternalError unreadable) {
            throw unreadable(unreadable);
        }
    }

    /// Whether every byte from [#position()] on is zero.
    boolean onlyZerosFollow() throws StorageException {
        try {
            for (long at = position; at < bytes.byteSize(); at++) {
                if (bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
                    return false;
                }
            }
            return true;
        } catch (InternalError unreadable) {
            throw unreadable(unreadable);
        }
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    private @Nullable LogRecordHeader headerAt(long at) throws UnsupportedFormatException {
        if (bytes.byteSize() - at < LogRecordHeader.FRAME_BYTES
                || bytes.get(Fields.INT, at + LogRecordHeader.CRC_AT) != crc(at, (int) LogRecordHeader.CRC_AT)) {
            return null;
        }
        byte type = bytes.get(Fields.BYTE, at + LogRecordHeader.TYPE_AT);
        byte flags = bytes.get(Fields.BYTE, at + LogRecordHeader.FLAGS_AT);
        short reserved = bytes.get(Fields.SHORT, at + LogRecordHeader.RESERVED_AT);
        if (type != LogRecordHeader.BATCH && type != LogRecordHeader.MARKER || flags != 0 || reserved != 0) {
            throw new UnsupportedFormatException(file, "log record at byte " + at, "types 1 and 2 without flags",
                    "type " + type + ", flags " + flags + ", reserved " + reserved);
        }
        LogRecordHeader header = LogRecordHeader.decode(bytes, at);
        boolean fits = header.payloadBytes() >= 0
                && header.payloadBytes() <= bytes.byteSize() - at - LogRecordHeader.FRAME_BYTES;
        return fits ? header : null;
    }

    private int crc(long at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(salt, 0, salt.length);
        for (int done = 0; done < length;) {
            int count = Math.min(scratch.length, length - done);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at + done, scratch, 0, count);
            crc.update(scratch, 0, count);
            done += count;
        }
        return (int) crc.getValue();
    }

    private static boolean isBatch(LogRecordHeader header) {
        return header.type() == LogRecordHeader.BATCH;
    }

    private CorruptFileException unreadable(InternalError cause) {
        return new CorruptFileException(file, position, "mapped memory", "readable", "unreadable", cause);
    }
}
