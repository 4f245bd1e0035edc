package dev.kith.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/// CRC32C, the checksum of every byte this module writes.
final class Checksums {
    static final int CHUNK_BYTES = 1 << 16;

    private Checksums() {}

    static int crc32c(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// The checksum of `length` bytes of memory, by way of `scratch`. The bytes are copied before they are summed:
    /// copying a page that cannot be read throws `InternalError`, while the checksum's own machine code would end the JVM.
    static int crc32c(MemorySegment bytes, long offset, long length, byte[] scratch) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < length;) {
            int count = (int) Math.min(scratch.length, length - done);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset + done, scratch, 0, count);
            crc.update(scratch, 0, count);
            done += count;
        }
        return (int) crc.getValue();
    }
}
