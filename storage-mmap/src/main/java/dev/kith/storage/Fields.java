package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The building blocks of every header: little-endian fields that may stand at any address.
final class Fields {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong BIG_ENDIAN_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Fields() {}

    static MemoryLayout bytes(long count) {
        return MemoryLayout.sequenceLayout(count, BYTE);
    }

    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    /// Eight characters as they stand in a file, read as a number.
    static long magic(String eightCharacters) {
        byte[] ascii = eightCharacters.getBytes(StandardCharsets.US_ASCII);
        return MemorySegment.ofArray(ascii).get(LONG, 0);
    }

    /// A UUID stands in its textual byte order.
    static UUID uuid(MemorySegment bytes, long offset) {
        return new UUID(bytes.get(BIG_ENDIAN_LONG, offset), bytes.get(BIG_ENDIAN_LONG, offset + 8));
    }

    static void putUuid(MemorySegment bytes, long offset, UUID value) {
        bytes.set(BIG_ENDIAN_LONG, offset, value.getMostSignificantBits());
        bytes.set(BIG_ENDIAN_LONG, offset + 8, value.getLeastSignificantBits());
    }

    static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    static String hex(int value) {
        return String.format("0x%08x", value);
    }

    static String hex(long value) {
        return String.format("0x%016x", value);
    }
}
