package dev.kith.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Records that go to the disk together, each with room for its frame around the payload. The chain and the checksums
/// are filled in when it is known which file they go to.
final class LogGroup {
    private static final int INITIAL_BYTES = 1 << 14;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int used;
    private int count;
    private long firstSequence;

    /// Copies the payload in; nothing has changed if there is no memory for it.
    void add(long sequence, ByteBuffer payload) {
        int length = payload.remaining();
        int needed = Math.addExact(used, Math.addExact(length, LogRecordHeader.FRAME_BYTES));
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.length * 2L)));
        }
        payload.get(bytes, used + LogRecordHeader.BYTES, length);
        MemorySegment.ofArray(bytes).set(Fields.INT, used + LogRecordHeader.PAYLOAD_BYTES_AT, length);
        if (count == 0) {
            firstSequence = sequence;
        }
        used = needed;
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    int usedBytes() {
        return used;
    }

    long lastSequence() {
        return firstSequence + count - 1;
    }

    /// Completes all records; returns the checksum the next record is chained to.
    int seal(byte[] salt, long durableSequence, int previousCrc) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        int chain = previousCrc;
        int at = 0;
        for (int i = 0; i < count; i++) {
            int length = segment.get(Fields.INT, at + LogRecordHeader.PAYLOAD_BYTES_AT);
            chain = new LogRecordHeader(length, LogRecordHeader.BATCH, firstSequence + i, durableSequence, chain).seal(bytes, at,
                    salt);
            at += LogRecordHeader.FRAME_BYTES + length;
        }
        return chain;
    }

    ByteBuffer content(int from, int to) {
        return ByteBuffer.wrap(bytes, from, to - from);
    }

    /// Empties the group and gives back memory beyond `keepBytes`.
    void clear(int keepBytes) {
        used = 0;
        count = 0;
        if (bytes.length > keepBytes) {
            bytes = new byte[INITIAL_BYTES];
        }
    }
}
