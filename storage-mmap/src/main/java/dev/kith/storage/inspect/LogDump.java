package dev.kith.storage.inspect;

import dev.kith.storage.FormatLayouts;
import dev.kith.storage.StorageException;
import java.io.IOException;
import java.lang.foreign.StructLayout;
import java.util.Arrays;

/// The dump of one log file.
final class LogDump {
    private static final StructLayout HEADER = FormatLayouts.LOG_FILE_HEADER;
    private static final StructLayout RECORD = FormatLayouts.LOG_RECORD_HEADER;
    private static final int STORE_ID_AT = (int) HexDump.offsetOf(HEADER, "storeId");
    private static final int SALT_END = (int) HexDump.offsetOf(HEADER, "firstSequence");
    private static final long RECORD_CRC_AT = HexDump.offsetOf(RECORD, "headerCrc");

    private final HexDump dump;
    private final String name;

    LogDump(HexDump dump, String name) {
        this.dump = dump;
        this.name = name;
    }

    void write() throws IOException {
        dump.say(name + ": log file of " + dump.fileBytes() + " bytes");
        if (dump.fileBytes() < HEADER.byteSize()) {
            dump.say("WRONG length: a log file has at least " + HEADER.byteSize() + " bytes");
            dump.bytes(0, (int) dump.fileBytes(), "all there is");
            return;
        }
        dump.blankLine();
        dump.say("header");
        dump.struct(HEADER, 0);
        byte[] header = dump.read(0, (int) HEADER.byteSize());
        long crcAt = HexDump.offsetOf(HEADER, "headerCrc");
        dump.compare("headerCrc", HexDump.intAt(header, crcAt), dump.crc(new byte[0], 0, crcAt));
        byte[] salt = Arrays.copyOfRange(header, STORE_ID_AT, SALT_END);
        long at = HEADER.byteSize();
        while (isRecord(at, salt)) {
            at = record(at, salt);
        }
        long rest = dump.fileBytes() - at;
        if (rest > 0) {
            dump.blankLine();
            dump.say("no record begins at byte " + at + "; " + rest + " bytes follow");
            dump.content(at, rest, "rest");
        }
    }

    /// Whether a record header stands there whose checksum is right, with all its bytes behind it.
    private boolean isRecord(long at, byte[] salt) throws StorageException {
        long frameBytes = RECORD.byteSize() + Integer.BYTES;
        if (dump.fileBytes() - at < frameBytes) {
            return false;
        }
        byte[] header = dump.read(at, (int) RECORD.byteSize());
        long payloadBytes = payloadBytes(header);
        return HexDump.intAt(header, RECORD_CRC_AT) == dump.crc(salt, at, RECORD_CRC_AT)
                && payloadBytes <= dump.fileBytes() - at - frameBytes;
    }

    private long record(long at, byte[] salt) throws IOException {
        byte[] header = dump.read(at, (int) RECORD.byteSize());
        long payloadBytes = payloadBytes(header);
        byte type = header[(int) HexDump.offsetOf(RECORD, "type")];
        dump.blankLine();
        dump.say((type == 1 ? "batch " : type == 2 ? "marker after " : "record of type " + type + ", ")
                + HexDump.longAt(header, HexDump.offsetOf(RECORD, "sequence")));
        dump.struct(RECORD, at);
        dump.content(at + RECORD.byteSize(), payloadBytes, "payload");
        long crcAt = at + RECORD.byteSize() + payloadBytes;
        int stored = HexDump.intAt(dump.read(crcAt, Integer.BYTES), 0);
        dump.bytes(crcAt, Integer.BYTES, "recordCrc " + HexDump.hex(stored));
        dump.compare("recordCrc", stored, dump.crc(salt, at, crcAt - at));
        return crcAt + Integer.BYTES;
    }

    private static long payloadBytes(byte[] header) {
        return Integer.toUnsignedLong(HexDump.intAt(header, HexDump.offsetOf(RECORD, "payloadBytes")));
    }
}
