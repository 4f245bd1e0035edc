package dev.kith.storage.crypt;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The header of an encrypted file, and where its blocks are.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | magic | `KITHCRYP` |
/// | 8 | 4 | version | 1 |
/// | 12 | 4 | blockBytes | plaintext bytes of each block but the last, 65536 |
/// | 16 | 16 | salt | random |
/// | 32 | 28 | reserved | zeros |
/// | 60 | 4 | headerCrc | CRC32C of bytes 0 to 59 |
///
/// @param bytes the header as it stands in the file; authenticated with each block
/// @param salt of the file's key
record BlockLayout(byte[] bytes, byte[] salt) {
    static final int HEADER_BYTES = 64;
    static final int BLOCK_BYTES = 1 << 16;
    static final int SEALED_BYTES = BLOCK_BYTES + Gcm.TAG_BYTES;
    private static final byte[] MAGIC = "KITHCRYP".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int SALT_AT = 16;
    private static final int RESERVED_AT = 32;
    private static final int CRC_AT = 60;

    /// The header of a new file.
    static BlockLayout fresh() {
        byte[] salt = DataKey.randomBytes(DataKey.SALT_BYTES);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(VERSION).putInt(BLOCK_BYTES).put(salt);
        header.putInt(CRC_AT, crc(header.array()));
        return new BlockLayout(header.array(), salt);
    }

    static BlockLayout decode(byte[] header, String file) throws CorruptFileException, UnsupportedFormatException {
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        if (!Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new CorruptFileException(file, 0, "magic", "KITHCRYP", "other bytes");
        }
        if (bytes.getInt(CRC_AT) != crc(header)) {
            throw new CorruptFileException(file, CRC_AT, "headerCrc", Integer.toHexString(crc(header)),
                    Integer.toHexString(bytes.getInt(CRC_AT)));
        }
        if (bytes.getInt(8) != VERSION) {
            throw new UnsupportedFormatException(file, "version of encryption", Integer.toString(VERSION),
                    Integer.toString(bytes.getInt(8)));
        }
        if (bytes.getInt(12) != BLOCK_BYTES) {
            throw new CorruptFileException(file, 12, "blockBytes", Integer.toString(BLOCK_BYTES),
                    Integer.toString(bytes.getInt(12)));
        }
        for (int i = RESERVED_AT; i < CRC_AT; i++) {
            if (header[i] != 0) {
                throw new CorruptFileException(file, i, "reserved byte", "0", Integer.toString(header[i]));
            }
        }
        return new BlockLayout(header, Arrays.copyOfRange(header, SALT_AT, SALT_AT + DataKey.SALT_BYTES));
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC_AT);
        return (int) crc.getValue();
    }

    /// Plaintext bytes in a file of that length; of one that is being written, those in whole blocks.
    static long plainBytes(long fileBytes) {
        long body = Math.max(0, fileBytes - HEADER_BYTES);
        long rest = body % SEALED_BYTES;
        return body / SEALED_BYTES * BLOCK_BYTES + Math.max(0, rest - Gcm.TAG_BYTES);
    }

    /// Number of the last block of a file of that length.
    ///
    /// @throws CorruptFileException if no finished file has that length
    static long lastBlock(long fileBytes, String file) throws CorruptFileException {
        long body = fileBytes - HEADER_BYTES;
        long rest = body % SEALED_BYTES;
        if (body < Gcm.TAG_BYTES || rest > 0 && rest < Gcm.TAG_BYTES) {
            throw new CorruptFileException(file, fileBytes, "file length", "that of a finished encrypted file",
                    Long.toString(fileBytes));
        }
        return (body - 1) / SEALED_BYTES;
    }

    static long blockAt(long block) {
        return HEADER_BYTES + block * SEALED_BYTES;
    }
}
