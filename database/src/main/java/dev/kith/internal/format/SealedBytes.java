package dev.kith.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The envelope of Kith's small files: magic, version, length, body, checksum.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic, ASCII |
/// | 8 | 4 | format version |
/// | 12 | 4 | n, length of the body |
/// | 16 | n | body |
/// | 16 + n | 4 | CRC32C of all before it |
public final class SealedBytes {
    private static final int HEADER = 16;
    /// Longest file: far more than the largest catalog needs.
    public static final int MAX_BYTES = 64 << 20;

    private SealedBytes() {}

    /// What kind of file it is.
    ///
    /// @param magic eight ASCII characters
    /// @param version the newest version known
    public record Kind(String magic, int version) {
        /// Checks the length.
        public Kind {
            if (magic.length() != 8 || version < 1) {
                throw new IllegalArgumentException("a magic has eight characters and a version is at least 1");
            }
        }

        private long magicBits() {
            long bits = 0;
            for (int i = 7; i >= 0; i--) {
                bits = bits << 8 | magic.charAt(i);
            }
            return bits;
        }
    }

    /// The file was written in a version not known here.
    public static final class VersionException extends Exception {
        private final int found;

        VersionException(int found) {
            super("format version " + found);
            this.found = found;
        }

        /// The version of the file.
        public int found() {
            return found;
        }
    }

    /// The whole file for a body.
    public static byte[] seal(Kind kind, byte[] body) {
        ByteBuffer file = ByteBuffer.allocate(HEADER + body.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(kind.magicBits()).putInt(kind.version()).putInt(body.length).put(body);
        return file.putInt(checksum(file.array(), HEADER + body.length)).array();
    }

    /// The body of a whole file.
    ///
    /// @throws MalformedBytesException if the file is damaged
    /// @throws VersionException if it is of a newer version; damage is not ruled out then
    public static ByteBuffer open(Kind kind, byte[] file) throws MalformedBytesException, VersionException {
        if (file.length < HEADER + 4) {
            throw new MalformedBytesException(file.length, "at least " + (HEADER + 4) + " bytes", file.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(0) != kind.magicBits()) {
            throw new MalformedBytesException(0, "magic " + kind.magic(),
                    "0x" + Long.toHexString(Long.reverseBytes(bytes.getLong(0))));
        }
        int version = bytes.getInt(8);
        if (version < 1) {
            throw new MalformedBytesException(8, "a version of at least 1", Integer.toString(version));
        }
        if (version > kind.version()) {
            throw new VersionException(version);
        }
        int length = bytes.getInt(12);
        if (length != file.length - HEADER - 4) {
            throw new MalformedBytesException(12, "length " + (file.length - HEADER - 4), Integer.toString(length));
        }
        int checksum = checksum(file, HEADER + length);
        if (bytes.getInt(HEADER + length) != checksum) {
            throw new MalformedBytesException(HEADER + length, "CRC32C 0x" + Integer.toHexString(checksum),
                    "0x" + Integer.toHexString(bytes.getInt(HEADER + length)));
        }
        return bytes.slice(HEADER, length);
    }

    private static int checksum(byte[] file, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file, 0, length);
        return (int) crc.getValue();
    }
}
