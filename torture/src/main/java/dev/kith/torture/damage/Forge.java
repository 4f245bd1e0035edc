package dev.kith.torture.damage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// Puts the checksums of Kith's files right after their bytes were changed, as far as the changed numbers still lead to them. All
/// work in place.
final class Forge {
    private static final int ALIGNMENT = 64;
    private static final int INDEX_HEADER = 128;
    private static final int LUCENE_FOOTER = 16;
    private static final byte[] GRAPH = "KithHNSW".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LISTS = "KithIVFQ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTAINER = "KITHCONT".getBytes(StandardCharsets.US_ASCII);

    private Forge() {}

    /// Those of any file of a database that is Kith's own.
    static void file(String name, byte[] bytes) {
        if (name.endsWith(".kvec") || name.endsWith(".kvix")) {
            segment(bytes);
        } else if (name.endsWith(".log")) {
            log(bytes);
        } else {
            sealed(bytes);
        }
    }

    /// Of a catalog or schema.
    static void sealed(byte[] bytes) {
        if (bytes.length >= 20) {
            little(bytes).putInt(12, bytes.length - 20).putInt(bytes.length - 4, crc(bytes, 0, bytes.length - 4));
        }
    }

    /// Of a graph or inverted lists on their own.
    static void index(byte[] bytes, int at) {
        if (bytes.length >= at + INDEX_HEADER) {
            little(bytes).putInt(at + 124, crc(bytes, at, at + 124));
        }
    }

    /// Of a container on its own: header, blocks, table, footer.
    static void container(byte[] bytes) {
        if (bytes.length < 128) {
            return;
        }
        ByteBuffer all = little(bytes);
        all.putInt(60, crc(bytes, 0, 60));
        int footer = bytes.length - 64;
        all.putLong(footer + 8, bytes.length);
        all.putInt(footer + 36, all.getInt(60));
        long table = all.getLong(footer + 16);
        long sections = all.getInt(footer + 24);
        if (table >= 64 && table < footer && sections >= 0 && table + 24 * sections < footer) {
            int blocks = (int) (table + 24 * sections);
            for (int block = 0; block * 65536L < table && blocks + 4 * block + 4 <= footer; block++) {
                int end = (int) Math.min(table, (block + 1) * 65536L);
                all.putInt(blocks + 4 * block, crc(bytes, block * 65536, end));
            }
            all.putInt(footer + 32, crc(bytes, (int) table, footer));
        }
        all.putInt(footer + 60, crc(bytes, footer, footer + 60));
    }

    /// Of a vectors or index file: the headers of indexes inside, the container, Lucene's footer.
    static void segment(byte[] bytes) {
        int end = bytes.length - LUCENE_FOOTER;
        for (int at = ALIGNMENT; at + INDEX_HEADER <= end; at += ALIGNMENT) {
            if (at(bytes, at, CONTAINER)) {
                for (int inside = at + ALIGNMENT; inside + INDEX_HEADER <= end; inside += ALIGNMENT) {
                    if (at(bytes, inside, GRAPH) || at(bytes, inside, LISTS)) {
                        index(bytes, inside);
                    }
                }
                byte[] container = Arrays.copyOfRange(bytes, at, end);
                container(container);
                System.arraycopy(container, 0, bytes, at, container.length);
                break;
            }
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, Math.max(0, bytes.length - 8));
        if (bytes.length >= 8) {
            ByteBuffer.wrap(bytes).putLong(bytes.length - 8, crc.getValue());
        }
    }

    /// Of a log file: its header, and records one after another, each chained to the one before.
    static void log(byte[] bytes) {
        if (bytes.length < 64) {
            return;
        }
        ByteBuffer all = little(bytes);
        int chain = crc(bytes, 0, 60);
        all.putInt(60, chain);
        byte[] salt = Arrays.copyOfRange(bytes, 16, 40);
        int at = 64;
        while (bytes.length - at >= 36) {
            int payload = all.getInt(at);
            if (payload < 0 || payload > bytes.length - at - 36) {
                return;
            }
            all.putInt(at + 24, chain);
            all.putInt(at + 28, salted(salt, bytes, at, 28));
            chain = salted(salt, bytes, at, 32 + payload);
            all.putInt(at + 32 + payload, chain);
            at += 36 + payload;
        }
    }

    private static boolean at(byte[] bytes, int at, byte[] letters) {
        return Arrays.equals(bytes, at, at + letters.length, letters, 0, letters.length);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int salted(byte[] salt, byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(salt, 0, salt.length);
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
